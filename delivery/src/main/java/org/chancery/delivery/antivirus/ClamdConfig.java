package org.chancery.delivery.antivirus;

import java.time.Duration;
import org.chancery.delivery.smtp.HostPort;

/**
 * How clamd is talked to.
 *
 * @param connect for the connection, and for everything but a mail
 * @param scan from the first octet of a mail to the answer
 */
public record ClamdConfig(HostPort server, Duration connect, Duration scan) {
    /** Conversations at once, and one for mails that are tried again; clamd has ten threads (MaxThreads) unless told otherwise. */
    public static final int AT_ONCE = 8;

    public ClamdConfig {
        if (!connect.isPositive() || !scan.isPositive()) {
            throw new IllegalArgumentException("antivirus.clamd: time limits have to be positive");
        }
    }

    public static ClamdConfig of(HostPort server) {
        return new ClamdConfig(server, Duration.ofSeconds(5), Duration.ofSeconds(30));
    }
}
