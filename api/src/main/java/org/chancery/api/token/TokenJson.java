package org.chancery.api.token;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.access.AccessService.MadeToken;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenSecret;
import org.jspecify.annotations.Nullable;

/** A token as it is made. */
public record TokenJson(
        String tokenId,

        @Field("The secret. Shown here and never again; null when the request is repeated.") @Nullable
        String token,

        String label,
        List<String> scopes,
        @Nullable String inboxId,
        @Nullable String agentId,
        List<Object> requiresApproval,
        @Nullable Instant expiresAt,
        Instant createdAt) {

    static TokenJson of(MadeToken made) {
        Token token = made.token();
        TokenSecret secret = made.secret();
        return new TokenJson(
                token.id().text(),
                secret == null ? null : secret.reveal(),
                token.label(),
                token.grant().scopes().stream().map(Scope::text).sorted().toList(),
                token.endpoint() == null ? null : token.endpoint().text(),
                token.agent() == null ? null : token.agent().text(),
                ApprovalRuleTree.write(token.grant().approvalRules()),
                token.grant().expiresAt(),
                token.createdAt());
    }

    TokenJson withoutSecret() {
        return new TokenJson(tokenId, null, label, scopes, inboxId, agentId, requiresApproval, expiresAt, createdAt);
    }
}
