package org.chancery.api.token;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.KeptToken;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.jspecify.annotations.Nullable;

/** A token, as it is shown to those who may know of it: without its secret. */
public record TokenJson(
        String tokenId,
        String label,
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

    static TokenJson of(KeptToken kept) {
        Token token = kept.token();
        return new TokenJson(
                token.id().text(),
                token.label(),
                token.grant().scopes().stream().map(Scope::text).sorted().toList(),
                token.endpoint() == null ? null : token.endpoint().text(),
                token.agent() == null ? null : token.agent().text(),
                ApprovalRuleTree.write(token.grant().approvalRules()),
                token.grant().expiresAt(),
                kept.lastUsedAt(),
                token.maker().text(),
                token.createdAt());
    }
}
