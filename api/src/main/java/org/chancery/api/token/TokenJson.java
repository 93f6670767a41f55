package org.chancery.api.token;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.chancery.api.http.Field;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenStanding;
import org.jspecify.annotations.Nullable;

/** A token, as it is shown to those who may know of it: without its secret. */
public record TokenJson(
        String tokenId,
        String label,

        @Field(
                "active, or why it lets nobody in: expired, agent_disabled, person_disabled, agent_deleted, inbox_removed, or"
                        + " unreadable: its rules are of another version of the server.")
        String state,

        List<String> scopes,
        @Nullable String inboxId,
        @Nullable String agentId,

        @Field("What waits for people: the name of an action, or an object with conditions.")
        List<Object> requiresApproval,

        @Nullable Instant expiresAt,

        @Field("When it was last let in, to the minute; null if it never was.") @Nullable
        Instant lastUsedAt,

        @Field("The person who made it.") String createdBy,
        Instant createdAt) {

    static TokenJson of(TokenStanding standing, Instant now) {
        Token token = standing.token();
        return new TokenJson(
                token.id().text(),
                token.label(),
                standing.state(now).name().toLowerCase(Locale.ROOT),
                token.grant().scopes().stream().map(Scope::text).sorted().toList(),
                token.endpoint() == null ? null : token.endpoint().text(),
                token.agent() == null ? null : token.agent().text(),
                ApprovalRuleTree.write(token.grant().approvalRules()),
                token.grant().expiresAt(),
                standing.kept().lastUsedAt(),
                token.maker().text(),
                token.createdAt());
    }
}
