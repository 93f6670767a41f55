package org.chancery.api.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import org.chancery.core.access.TokenSecret;
import org.jspecify.annotations.Nullable;

/**
 * The cookie in which a browser keeps its session (RFC 6265). Scripts cannot read it, and no other site's page makes a
 * browser send it. What writes has to bring {@link #CSRF_HEADER} too, which another site cannot know.
 */
public final class SessionCookie {
    public static final String NAME = "chancery_session";

    /** Carries {@link #csrfToken}. */
    public static final String CSRF_HEADER = "X-CSRF-Token";

    private SessionCookie() {}

    /**
     * The {@code Set-Cookie} header of a new session.
     *
     * @param isTls whether the browser speaks TLS to us or to a proxy before us; then the cookie never goes without
     */
    public static String set(TokenSecret session, Duration lasts, boolean isTls) {
        return NAME + '=' + session.reveal() + attributes(lasts, isTls);
    }

    /** The {@code Set-Cookie} header that takes the cookie away. */
    public static String remove(boolean isTls) {
        return NAME + '=' + attributes(Duration.ZERO, isTls);
    }

    private static String attributes(Duration lasts, boolean isTls) {
        return "; Path=/; Max-Age=" + lasts.toSeconds() + "; HttpOnly; SameSite=Strict" + (isTls ? "; Secure" : "");
    }

    /** What a page of ours sends with its writes; told at sign-in, and of no use without the cookie. */
    public static String csrfToken(TokenSecret session) {
        // Another hash than the one that is kept, so that neither leads to the other.
        return TokenSecret.of("csrf " + session.reveal()).hash();
    }

    static boolean isCsrfToken(@Nullable String presented, TokenSecret session) {
        return presented != null
                && MessageDigest.isEqual(
                        presented.getBytes(StandardCharsets.UTF_8),
                        csrfToken(session).getBytes(StandardCharsets.UTF_8));
    }
}
