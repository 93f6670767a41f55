package org.chancery.delivery.smtp;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.queue.DeliveryLedger;
import org.chancery.delivery.net.Dns;
import org.jspecify.annotations.Nullable;

/**
 * How mail leaves ({@code delivery.*} and {@code dns.servers}).
 *
 * @param heloName the name that we give ourselves in EHLO; a fully-qualified one that resolves to us, or strangers refuse
 *     our mail (RFC 5321 §4.1.4)
 * @param addressesPerAttempt how many addresses of a destination's hosts are tried in one attempt. RFC 5321 §5.1 asks for
 *     two at least; with a domain that lists fifty dead ones an attempt has to end all the same
 * @param reuse how one session brings several mails
 */
public record DeliveryConfig(Mode mode, String heloName, int addressesPerAttempt, Timeouts timeouts, Reuse reuse) {
    public static final int DEFAULT_ADDRESSES_PER_ATTEMPT = 5;

    public DeliveryConfig {
        if (EmailAddress.domainOf(heloName).isEmpty()) {
            throw new IllegalArgumentException("'" + heloName + "' is no host name to greet other servers with");
        }
        if (addressesPerAttempt < 2) {
            throw new IllegalArgumentException("an attempt must be free to try two addresses (RFC 5321 §5.1)");
        }
    }

    /** Sessions are used again as is good for most. */
    public DeliveryConfig(Mode mode, String heloName, int addressesPerAttempt, Timeouts timeouts) {
        this(mode, heloName, addressesPerAttempt, timeouts, Reuse.DEFAULT);
    }

    /** The mode with everything else as is good for most. */
    public static DeliveryConfig of(Mode mode, String heloName) {
        return new DeliveryConfig(mode, heloName, DEFAULT_ADDRESSES_PER_ATTEMPT, Timeouts.DEFAULT);
    }

    /** {@code delivery.mode}. */
    public sealed interface Mode {}

    /** Every mail is kept and shown, none is sent. */
    public record Sandbox() implements Mode {}

    /**
     * Every mail goes to one smarthost.
     *
     * @param implicitTls whether TLS begins with the first byte (RFC 8314 §3.3)
     * @param credentials what to authenticate with, or null for a relay that knows us by our address
     */
    public record Relay(
            HostPort host, boolean implicitTls, @Nullable Credentials credentials) implements Mode {
        private static final int SUBMISSIONS = 465;

        /** Port 465 is the one on which TLS begins at once. */
        public static Relay at(HostPort host, @Nullable Credentials credentials) {
            return new Relay(host, host.port() == SUBMISSIONS, credentials);
        }
    }

    /**
     * Every mail goes to its recipient's mail exchanger.
     *
     * @param dnsServers whom to ask; empty for the system's own
     * @param dnsTimeout how long one question may take, all servers and repeats together
     * @param ownNames whether a host name, in lower case, is one under which other domains' MX records may mean this
     *     server, beside the HELO name
     * @param port where mail exchangers listen: 25, but for tests
     * @param allowPrivateAddresses whether a stranger's DNS may send us to loopback and private addresses. Off, or anyone
     *     with a domain could make us talk to the machines behind our firewall
     */
    public record MailExchangers(
            List<HostPort> dnsServers,
            Duration dnsTimeout,
            Predicate<String> ownNames,
            int port,
            boolean allowPrivateAddresses)
            implements Mode {
        /** Long enough for three repeats, short against the attempt. */
        public static final Duration DEFAULT_DNS_TIMEOUT = Duration.ofSeconds(20);

        public static final int SMTP = 25;

        public MailExchangers {
            dnsServers = List.copyOf(dnsServers);
            positive(dnsTimeout, "the time for a DNS question");
        }

        public static MailExchangers askedOf(List<HostPort> dnsServers, Predicate<String> ownNames) {
            return new MailExchangers(dnsServers, DEFAULT_DNS_TIMEOUT, ownNames, SMTP, false);
        }

        /** @throws IllegalArgumentException where a name server is a name that does not resolve */
        Dns dns() {
            return Dns.asking(dnsServers.stream().map(HostPort::resolved).toList(), dnsTimeout);
        }
    }

    /**
     * How sessions are used for more mails than one.
     *
     * @param mails in one session; many hosts end one themselves after a hundred
     * @param idle how long one waits for the next mail. Hosts need their places, and the mails that are worth it follow at once
     * @param age how old one may get, so that what changed in the DNS is noticed
     * @param most how many may wait at once, for whichever hosts
     * @param reset how long the host may take to say that it is there still; after that a new session is begun, and so it need not be
     *     the time that any other command has
     */
    public record Reuse(int mails, Duration idle, Duration age, int most, Duration reset) {
        public static final Reuse DEFAULT =
                new Reuse(50, Duration.ofSeconds(5), Duration.ofMinutes(2), 100, Duration.ofSeconds(10));

        public Reuse {
            positive(idle, "the time that a session waits");
            positive(age, "the age of a session");
            positive(reset, "the time for RSET");
            if (mails < 1 || most < 0) {
                throw new IllegalArgumentException("a session brings a mail at least");
            }
        }
    }

    /** What the relay knows us by; the password never shows. */
    public record Credentials(String user, String password) {
        public Credentials {
            if (user.isEmpty() || password.isEmpty()) {
                throw new IllegalArgumentException("a relay's user needs a password, and the other way round");
            }
        }

        @Override
        public String toString() {
            return "Credentials[user=" + user + ", password=***]";
        }
    }

    /**
     * How long a peer may take, after RFC 5321 §4.5.3.2.
     *
     * @param connect to answer our SYN. Shorter than the RFC's minutes, for the next address is waiting
     * @param handshake to agree on TLS; shorter than a command, for plain text or the next host is waiting
     * @param command for its greeting and its reply to any command (§4.5.3.2.1 to .4: five minutes)
     * @param dataBlock to take a block of the mail off our hands (§4.5.3.2.5: three minutes)
     * @param finalDot for its reply to the whole mail (§4.5.3.2.6: ten minutes, because giving up too early brings
     *     duplicates)
     * @param attempt for all hosts of an attempt together; less than half the lease, so that the result is recorded long
     *     before another server may take the job over
     */
    public record Timeouts(
            Duration connect,
            Duration handshake,
            Duration command,
            Duration dataBlock,
            Duration finalDot,
            Duration attempt) {
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(30),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofMinutes(3),
                Duration.ofMinutes(10),
                Duration.ofMinutes(14));

        public Timeouts {
            positive(connect, "the time to connect");
            positive(handshake, "the time for a TLS handshake");
            positive(command, "the time for a command");
            positive(dataBlock, "the time for a block of data");
            positive(finalDot, "the time for the reply to the final dot");
            positive(attempt, "the time for an attempt");
            if (attempt.compareTo(DeliveryLedger.LEASE.dividedBy(2)) >= 0) {
                throw new IllegalArgumentException("an attempt must take less than half of a job's lease, which is "
                        + DeliveryLedger.LEASE.dividedBy(2));
            }
        }
    }

    private static void positive(Duration duration, String what) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(what + " must be longer than nothing");
        }
    }
}
