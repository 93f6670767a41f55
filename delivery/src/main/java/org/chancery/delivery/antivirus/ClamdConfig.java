package org.chancery.delivery.antivirus;

import java.time.Duration;
import org.chancery.delivery.smtp.HostPort;

/**
 * How clamd is talked to.
 *
 * @param scan from the first octet of a mail to the answer; with the other two less than what the pipeline gives a step
 * @param atOnce conversations at once; clamd has ten threads (MaxThreads) unless told otherwise
 */
public record ClamdConfig(HostPort server, Duration connect, Duration scan, Duration turn, int atOnce) {

    public ClamdConfig {
        if (!connect.isPositive() || !scan.isPositive() || !turn.isPositive()) {
            throw new IllegalArgumentException("antivirus.clamd: time limits have to be positive");
        }
        if (atOnce < 1) {
            throw new IllegalArgumentException("antivirus.clamd: no conversation at once is none at all");
        }
    }

    public static ClamdConfig of(HostPort server) {
        return new ClamdConfig(server, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10), 8);
    }
}
