package org.chancery.api.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.access.TokenSecret;
import org.jspecify.annotations.Nullable;

/**
 * What a call shows for itself: a bearer token (RFC 6750), or the cookie of a session where it shows no other.
 *
 * @param authorization the header's value, or null
 * @param session the cookie's value, or null
 * @param csrfToken the header's value, or null
 * @param isWrite whether the call may change something
 */
record Presented(
        @Nullable String authorization,
        @Nullable String session,
        @Nullable String csrfToken,
        boolean isWrite) {
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +([\\x21-\\x7e]+) *");

    /** The secret; empty where nothing was shown that could be one. */
    Optional<String> secret() {
        if (authorization != null) {
            Matcher bearer = BEARER.matcher(authorization);
            return bearer.matches() ? Optional.of(bearer.group(1)) : Optional.empty();
        }
        return Optional.ofNullable(session).filter(text -> !text.isEmpty());
    }

    /** Whether it came by the cookie of a session. */
    boolean isBrowsers() {
        return authorization == null && session != null;
    }

    /** Whether another site's page could have had a browser make this call. */
    boolean mayBeForged() {
        return authorization == null
                && session != null
                && isWrite
                && !SessionCookie.isCsrfToken(csrfToken, TokenSecret.of(session));
    }
}
