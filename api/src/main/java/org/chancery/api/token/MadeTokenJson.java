package org.chancery.api.token;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.access.TokenService.MadeToken;
import org.jspecify.annotations.Nullable;

/** A token that has just got its secret. */
public record MadeTokenJson(
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

    static MadeTokenJson of(MadeToken made, Instant now) {
        TokenJson shown = TokenJson.of(made.standing(), now);
        TokenSecret secret = made.secret();
        return new MadeTokenJson(
                shown.tokenId(),
                secret == null ? null : secret.reveal(),
                shown.label(),
                shown.scopes(),
                shown.inboxId(),
                shown.agentId(),
                shown.requiresApproval(),
                shown.expiresAt(),
                shown.createdAt());
    }

    MadeTokenJson withoutSecret() {
        return new MadeTokenJson(
                tokenId, null, label, scopes, inboxId, agentId, requiresApproval, expiresAt, createdAt);
    }
}
