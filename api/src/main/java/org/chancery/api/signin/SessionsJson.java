package org.chancery.api.signin;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.access.KeptToken;
import org.chancery.core.id.TokenId;
import org.jspecify.annotations.Nullable;

/** The sessions of a person that go on. */
public record SessionsJson(@Field("Always true.") boolean success, OpenSessionsJson data) {

    /** The sessions. */
    public record OpenSessionsJson(
            @Field("Those opened last first.") List<SessionJson> sessions) {}

    /** One of them. */
    public record SessionJson(
            String sessionId,
            @Field("Whether this call came with it.") boolean isCurrent,
            Instant createdAt,

            @Field("When a call last came with it, to the minute; null if none did.") @Nullable
            Instant lastUsedAt,

            @Nullable Instant expiresAt) {

        private static SessionJson of(KeptToken kept, TokenId current) {
            return new SessionJson(
                    kept.token().id().text(),
                    kept.token().id().equals(current),
                    kept.token().createdAt(),
                    kept.lastUsedAt(),
                    kept.token().grant().expiresAt());
        }
    }

    static SessionsJson of(List<KeptToken> sessions, TokenId current) {
        return new SessionsJson(
                true,
                new OpenSessionsJson(sessions.stream()
                        .map(kept -> SessionJson.of(kept, current))
                        .toList()));
    }
}
