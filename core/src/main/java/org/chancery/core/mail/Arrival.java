package org.chancery.core.mail;

import java.net.InetAddress;
import java.time.Instant;

/**
 * How a mail came in: what the trace header field says and sender authentication looks at (RFC 5321 §4.4).
 *
 * @param at when the mail transaction's data began
 * @param client the address of the host that connected
 * @param helo the argument of its EHLO or HELO, unverified
 * @param protocol the "with" keyword: SMTP, ESMTP, ESMTPS, ESMTPA, ESMTPSA, UTF8SMTP… (RFC 3848, RFC 6531 §4.3)
 */
public record Arrival(Instant at, InetAddress client, String helo, String protocol) {
    private static final String LOCAL = "LOCAL";

    /** Of a mail that this server hands to itself: no client connected. */
    public static Arrival local(Instant at) {
        return new Arrival(at, InetAddress.getLoopbackAddress(), "localhost", LOCAL);
    }

    /** Whether this server handed the mail to itself; no client can make it look so. */
    public boolean isLocal() {
        return protocol.equals(LOCAL);
    }
}
