package org.chancery.core.mail;

import org.jspecify.annotations.Nullable;

/**
 * How a mail was protected on its way to a peer.
 *
 * @param tls the TLS version and cipher suite in use, or null for plain text
 * @param certificate {@link #VERIFIED}, or why the peer's certificate does not prove its name; null for plain text
 * @param sts what the destination's MTA-STS policy asks for ({@code enforce}, {@code testing}) and, after a colon, in what it was
 *     not met; null where it has none
 */
public record TransportSecurity(
        @Nullable String tls,
        @Nullable String certificate,
        @Nullable String sts) {
    public static final String VERIFIED = "verified";

    /** Nothing protected it, and nothing was to. */
    public static final TransportSecurity NONE = new TransportSecurity(null, null, null);
}
