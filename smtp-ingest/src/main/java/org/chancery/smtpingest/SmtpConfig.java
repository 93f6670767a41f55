package org.chancery.smtpingest;

import java.net.InetAddress;
import java.time.Duration;
import java.util.OptionalInt;
import org.chancery.core.mail.EmailAddress;

/**
 * What the operator says about SMTP in. Port 0 means any free one.
 *
 * @param submissionPort submission with STARTTLS (RFC 6409), or empty where it is switched off
 * @param submissionsPort submission over implicit TLS (RFC 8314), or empty
 * @param hostname how we greet (RFC 5321 §4.2); it stands in the self-made certificate, too
 * @param postmasterDomain where {@code RCPT TO:<postmaster>}, which names no domain, belongs (RFC 5321 §4.5.1)
 */
public record SmtpConfig(
        InetAddress bind,
        int mxPort,
        OptionalInt submissionPort,
        OptionalInt submissionsPort,
        String hostname,
        String postmasterDomain,
        MailLimits mail,
        SessionLimits session,
        TimeLimits time) {

    public SmtpConfig {
        requirePort(mxPort);
        submissionPort.ifPresent(SmtpConfig::requirePort);
        submissionsPort.ifPresent(SmtpConfig::requirePort);
        require(EmailAddress.domainOf(hostname).isPresent(), "hostname", "a domain name", hostname);
        require(
                EmailAddress.domainOf(postmasterDomain).isPresent(),
                "postmaster domain",
                "a domain name",
                postmasterDomain);
    }

    EmailAddress postmaster() {
        return EmailAddress.of("postmaster@" + postmasterDomain);
    }

    /**
     * What one mail may be.
     *
     * @param maxMessage octets of its content, announced as SIZE (RFC 1870)
     * @param maxRecipients in one transaction; RFC 5321 §4.5.3.1.8 asks for 100 at least, and more would let one
     *     transaction do the work of thousands of commands
     * @param maxReceived trace header fields; with more the mail runs in a loop (RFC 5321 §6.3 asks for 100 at least)
     */
    public record MailLimits(long maxMessage, int maxRecipients, int maxReceived) {
        /** RFC 5321 §4.5.3.1.7: the least that a server has to take. */
        private static final long LEAST_MESSAGE = 64 * 1024;
        /** A submitted mail stands in memory as one array. */
        private static final long GREATEST_MESSAGE = 1L << 30;

        public MailLimits {
            require(
                    maxMessage >= LEAST_MESSAGE && maxMessage <= GREATEST_MESSAGE,
                    "max-message",
                    "between 64 KiB and 1 GiB",
                    maxMessage);
            requirePositive(maxRecipients, "max-recipients");
            requirePositive(maxReceived, "max-received");
        }

        public static MailLimits defaults() {
            return new MailLimits(25L * 1024 * 1024, 100, 100);
        }
    }

    /**
     * What one client may take of us. The MX port has places of its own, so that strangers who occupy it keep nobody from
     * submitting; the two submission ports share theirs.
     *
     * @param maxConnections at the same time; each costs a thread and its buffer
     * @param maxConnectionsPerClient of these from one address (IPv6: one /64, which is what one client is given), so that
     *     one client cannot take them all
     * @param maxCommands without a mail accepted among them; more is no mail client
     * @param maxErrors 5yz replies without a mail accepted among them: it limits the guessing of addresses
     * @param maxAuthFailures on one connection: it limits the guessing of tokens, beside the {@link org.chancery.core.access.TokenGuard}
     */
    public record SessionLimits(
            int maxConnections, int maxConnectionsPerClient, int maxCommands, int maxErrors, int maxAuthFailures) {
        public SessionLimits {
            requirePositive(maxConnections, "max-connections");
            requirePositive(maxConnectionsPerClient, "max-connections-per-client");
            requirePositive(maxCommands, "max-commands");
            requirePositive(maxErrors, "max-errors");
            requirePositive(maxAuthFailures, "max-auth-failures");
        }

        public static SessionLimits defaults() {
            return new SessionLimits(500, 60, 1000, 20, 3);
        }
    }

    /**
     * How long a client may take.
     *
     * @param idle for a command line, for the next piece of a mail, and to read our replies (RFC 5321 §4.5.3.2.7: 5 minutes)
     * @param idleWhenCrowded for a command line when four fifths of the connections are taken, also for those who wait
     *     already: waiting clients are then what hurts
     * @param handshake for TLS
     * @param data for all of a mail's content
     * @param withoutMail for a session, from its beginning or its last accepted mail; without it, a command every few
     *     minutes would keep a place for days. A mail's content that is under way is not interrupted: {@code data} bounds it.
     * @param minBytesPerSecond of a mail's content, on average, after {@code idle}: a byte a minute is no sender
     */
    public record TimeLimits(
            Duration idle,
            Duration idleWhenCrowded,
            Duration handshake,
            Duration data,
            Duration withoutMail,
            long minBytesPerSecond) {
        public TimeLimits {
            requirePositive(idle, "idle");
            requirePositive(idleWhenCrowded, "idle-when-crowded");
            requirePositive(handshake, "handshake");
            requirePositive(data, "data");
            requirePositive(withoutMail, "without-mail");
            require(minBytesPerSecond > 0, "min-bytes-per-second", "greater than 0", minBytesPerSecond);
        }

        public static TimeLimits defaults() {
            return new TimeLimits(
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(30),
                    // As long as a content may take; no envelope needs as much.
                    Duration.ofMinutes(30),
                    1024);
        }

        /** The shortest of them: the watch looks several times within it. */
        Duration shortest() {
            Duration shortest = idle;
            for (Duration other : new Duration[] {idleWhenCrowded, handshake, data, withoutMail}) {
                shortest = other.compareTo(shortest) < 0 ? other : shortest;
            }
            return shortest;
        }
    }

    private static void requirePort(int port) {
        require(port >= 0 && port <= 65535, "port", "between 0 and 65535", port);
    }

    private static void requirePositive(int number, String name) {
        require(number > 0, name, "greater than 0", number);
    }

    private static void requirePositive(Duration time, String name) {
        require(time.isPositive(), name, "longer than 0", time);
    }

    private static void require(boolean holds, String name, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("smtp: " + name + " must be " + expected + ", not " + found);
        }
    }
}
