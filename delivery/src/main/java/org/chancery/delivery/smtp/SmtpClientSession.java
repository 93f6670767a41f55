package org.chancery.delivery.smtp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.Courier.Talk;
import org.chancery.delivery.smtp.ConversationEnded.OutOfStep;
import org.chancery.delivery.smtp.DeliveryConfig.Credentials;
import org.chancery.delivery.smtp.DeliveryConfig.Reuse;
import org.chancery.delivery.smtp.DeliveryConfig.Timeouts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's side of one SMTP session, in this order: {@link #awaitGreeting}, {@link #hello}, perhaps {@link #startTls}
 * (which says hello again) and {@link #authenticate}, {@link #send}, {@link #leave}; or, before that, {@link #resume} and
 * {@link #send} again, for another attempt. Any step may throw {@link ConversationEnded}; then nothing more is said.
 *
 * <p>Standards: RFC 5321; SIZE (RFC 1870), PIPELINING (RFC 2920), 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531), STARTTLS (RFC
 * 3207), AUTH (RFC 4954).
 *
 * <p>Trusts: the peer's replies, for what happens to this mail; they are bounded and cleaned where they are read.
 */
final class SmtpClientSession {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpClientSession.class);

    /**
     * Commands sent before their replies are read. RFC 2920 §3.1: both sides must never wait for the other to read; so
     * many commands and their replies fit into the buffers on the way.
     */
    private static final int FLIGHT = 50;

    /** For QUIT to leave our buffer. */
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    private static final int START_MAIL_INPUT = 354;
    private static final int TOO_MANY_RECIPIENTS = 552;
    private static final int SECURE_OR_LOG_IN_FIRST = 530;

    private final SmtpConnection connection;
    private final String heloName;
    private final Timeouts timeouts;
    private final long since = System.nanoTime();
    private int mails;
    private Extensions extensions = Extensions.NONE;
    private boolean ehloRefused;

    SmtpClientSession(SmtpConnection connection, String heloName, Timeouts timeouts) {
        this.connection = connection;
        this.heloName = heloName;
        this.timeouts = timeouts;
    }

    SmtpConnection connection() {
        return connection;
    }

    // ---- Before the mail. What a host says here is about us and it, not about this mail: it is no verdict, even as
    // 5yz.
    // RFC 5321 §3.1 and §4.3.1 leave open what follows from 554; as Postfix does, we go to the next host and try later.

    void awaitGreeting() throws ConversationEnded {
        SmtpReply greeting = connection.reply(timeouts.command());
        if (!greeting.isPositive()) {
            throw ConversationEnded.by(greeting);
        }
    }

    /** EHLO, and HELO for those who do not know it (RFC 5321 §3.2, §4.1.4). */
    void hello() throws ConversationEnded {
        SmtpReply ehlo = ask("EHLO " + heloName);
        if (ehlo.isPositive()) {
            extensions = Extensions.in(ehlo);
            return;
        }
        ehloRefused = true;
        extensions = Extensions.NONE;
        SmtpReply helo = ehlo.isPermanent() ? ask("HELO " + heloName) : ehlo;
        if (!helo.isPositive()) {
            throw ConversationEnded.by(helo);
        }
    }

    boolean offersStartTls() {
        return extensions.offers("STARTTLS");
    }

    /**
     * Secures the session if the peer is ready to, and then forgets what was offered in plain text (RFC 3207 §4.2).
     *
     * @return whether it is secured; if not, the session goes on in plain text
     * @throws ConversationEnded.TlsFailed where the peer was ready and no secured connection came of it
     */
    boolean startTls(Tls tls, boolean verified) throws ConversationEnded {
        if (!ask("STARTTLS").isPositive()) {
            return false;
        }
        connection.secure(tls, verified, timeouts.handshake());
        hello();
        return true;
    }

    void authenticate(Credentials credentials) throws ConversationEnded {
        if (!SmtpAuthentication.mayShowPassword(
                connection.tls(), connection.hop().address().getAddress())) {
            throw ConversationEnded.with(
                    "454 4.7.10 " + connection.hop() + " offers no TLS, and the password is not sent in plain text");
        }
        new SmtpAuthentication(connection, credentials, timeouts.command()).with(extensions.mechanisms());
    }

    /**
     * Has the session bring another attempt's mail.
     *
     * @param limit for the host to say that it is there still
     * @throws ConversationEnded where the host does not want to, or has gone: nothing was said of any mail
     */
    void resume(TimeLimit attempt, Duration limit) throws ConversationEnded {
        connection.passTo(attempt);
        connection.say("RSET");
        SmtpReply reset = connection.reply(limit);
        if (!reset.isPositive()) {
            throw ConversationEnded.by(reset);
        }
    }

    /** Whether it has not been used for long and often enough, and is no worse than a new one would be. */
    boolean mayBringAnother(Reuse reuse) {
        // Refused EHLO or STARTTLS may have been a matter of that moment: the next mail gets its own try.
        boolean isSecondBest = ehloRefused || (connection.tls() == null && offersStartTls());
        return !isSecondBest
                && mails < reuse.mails()
                && System.nanoTime() - since < reuse.age().toNanos();
    }

    /** Says goodbye and hangs up; whatever comes of it. */
    void leave() {
        try (connection) {
            connection.passTo(TimeLimit.in(GOODBYE));
            quit();
        } catch (ConversationEnded gone) {
            LOG.debug("{} went without a goodbye", connection.hop(), gone);
        }
    }

    /** Does not wait for the reply, against a SHOULD of RFC 5321 §4.1.1.10: the results are there and want recording. */
    private void quit() throws ConversationEnded {
        connection.say("QUIT");
        connection.flush(GOODBYE);
    }

    private SmtpReply ask(String command) throws ConversationEnded {
        connection.say(command);
        return connection.reply(timeouts.command());
    }

    // ---- The mail transaction (RFC 5321 §3.3).

    /** Offers the mail to the host for all open recipients. */
    void send(OutgoingMail mail, ReversePath reversePath, Recipients recipients, Talk talk) throws ConversationEnded {
        mails++;
        List<EmailAddress> fitting = thoseItCanTake(mail, reversePath, recipients);
        if (!fitting.isEmpty()) {
            new Transaction(mail, reversePath, fitting, recipients, talk).run();
        }
    }

    /**
     * Takes out the recipients for whom the mail is beyond what the host offers; returns the others. Another host of the
     * destination may offer more.
     */
    private List<EmailAddress> thoseItCanTake(OutgoingMail mail, ReversePath reversePath, Recipients recipients) {
        List<EmailAddress> fitting = new ArrayList<>();
        for (EmailAddress recipient : recipients.open()) {
            String beyond = beyond(mail, reversePath, recipient);
            if (beyond == null) {
                fitting.add(recipient);
            } else if (ehloRefused) {
                // It may know EHLO the next time: a server under load, or one with a firewall in between.
                recipients.postpone(new Result.TemporaryFailure(
                        recipient, "451 4.3.0 " + connection.hop() + " refused EHLO, and: " + beyond, false));
            } else {
                recipients.beyond(connection.hop().host(), new Result.PermanentFailure(recipient, beyond, false));
            }
        }
        return fitting;
    }

    /** Why the host cannot take the mail for the recipient; null where it can. */
    private @Nullable String beyond(OutgoingMail mail, ReversePath reversePath, EmailAddress recipient) {
        if (extensions.sizeLimit().isPresent()
                && mail.size() > extensions.sizeLimit().getAsLong()) {
            // RFC 1870 §6.1: no need to send what is sure to be refused.
            return "552 5.3.4 the mail has " + mail.size() + " octets, " + connection.hop() + " takes "
                    + extensions.sizeLimit().getAsLong();
        }
        if (mail.isEightBit() && !extensions.offers("8BITMIME")) {
            // RFC 6152 §3: to be converted or refused; and what was approved is what is sent.
            return "554 5.6.3 the mail has 8-bit text, which " + connection.hop() + " does not take";
        }
        if (extensions.offers("SMTPUTF8")) {
            return null;
        }
        // RFC 6531 §3.2, §3.5
        if (needsUtf8(reversePath) || recipient.needsUtf8()) {
            return "553 5.6.7 the address has letters beyond ASCII, which " + connection.hop() + " does not take";
        }
        return mail.hasEightBitHeader()
                ? "554 5.6.9 the header has letters beyond ASCII, which " + connection.hop() + " does not take"
                : null;
    }

    private static boolean needsUtf8(ReversePath reversePath) {
        return reversePath.mailbox().filter(EmailAddress::needsUtf8).isPresent();
    }

    private sealed interface Command {
        /** Whether it can be the reply to this command at all (RFC 5321 §4.3.2). */
        default boolean mayBeAnsweredBy(SmtpReply reply) {
            return reply.isPositive() || reply.isTransient() || reply.isPermanent();
        }

        record Mail() implements Command {}

        record Rcpt(EmailAddress recipient) implements Command {}

        record Data() implements Command {
            @Override
            public boolean mayBeAnsweredBy(SmtpReply reply) {
                return reply.code() == START_MAIL_INPUT || reply.isTransient() || reply.isPermanent();
            }
        }
    }

    /** From MAIL to the reply to the final dot. */
    private final class Transaction {
        private final OutgoingMail mail;
        private final ReversePath reversePath;
        private final List<EmailAddress> offered;
        private final Recipients recipients;
        private final Talk talk;

        private final List<EmailAddress> accepted = new ArrayList<>();
        private @Nullable SmtpReply mailRefused;
        private boolean dataExpected;

        Transaction(
                OutgoingMail mail,
                ReversePath reversePath,
                List<EmailAddress> offered,
                Recipients recipients,
                Talk talk) {
            this.mail = mail;
            this.reversePath = reversePath;
            this.offered = offered;
            this.recipients = recipients;
            this.talk = talk;
        }

        void run() throws ConversationEnded {
            List<Command> commands = new ArrayList<>();
            commands.add(new Command.Mail());
            offered.forEach(recipient -> commands.add(new Command.Rcpt(recipient)));
            commands.add(new Command.Data());

            // RFC 2920 §3.1: MAIL, RCPT and DATA may travel together, DATA as the last of its group.
            int atOnce = extensions.offers("PIPELINING") ? FLIGHT : 1;
            for (int from = 0; from < commands.size(); from += atOnce) {
                List<Command> flight = commands.subList(from, Math.min(commands.size(), from + atOnce));
                if (isHopeless(flight)) {
                    break;
                }
                fly(flight);
            }
            if (dataExpected && accepted.isEmpty()) {
                // RFC 2920 §3.1: DATA was taken although no recipient was; it is ended without a word.
                new DataWriter(connection, timeouts.dataBlock()).end();
                connection.reply(timeouts.command());
            } else if (dataExpected) {
                sendMail();
            }
        }

        /** Whether it is known before the flight that nothing can come of it. */
        private boolean isHopeless(List<Command> flight) {
            boolean nothingButData = flight.stream().allMatch(Command.Data.class::isInstance);
            return mailRefused != null || (nothingButData && accepted.isEmpty());
        }

        private void fly(List<Command> flight) throws ConversationEnded {
            for (Command command : flight) {
                connection.say(
                        switch (command) {
                            case Command.Mail ignored -> mailCommand();
                            case Command.Rcpt rcpt -> "RCPT TO:<" + rcpt.recipient() + ">";
                            case Command.Data ignored -> "DATA";
                        });
            }
            // None counts before all are there and fit: one that is too much moves all behind it by one.
            List<SmtpReply> replies = new ArrayList<>();
            try {
                for (Command command : flight) {
                    SmtpReply reply = connection.reply(timeouts.command());
                    if (!command.mayBeAnsweredBy(reply)) {
                        throw new OutOfStep(reply);
                    }
                    replies.add(reply);
                }
                connection.expectSilence();
            } catch (OutOfStep nobodyKnows) {
                throw nobodyKnows;
            } catch (ConversationEnded broken) {
                answered(flight, replies);
                throw broken;
            }
            answered(flight, replies);
        }

        /** @param replies those that there were, the first to the first command */
        private void answered(List<Command> flight, List<SmtpReply> replies) throws ConversationEnded {
            for (int i = 0; i < replies.size(); i++) {
                SmtpReply reply = replies.get(i);
                switch (flight.get(i)) {
                    case Command.Mail ignored -> answeredMail(reply);
                    case Command.Rcpt rcpt -> answeredRcpt(rcpt.recipient(), reply);
                    case Command.Data ignored -> answeredData(reply);
                }
            }
        }

        private String mailCommand() {
            StringBuilder command = new StringBuilder("MAIL FROM:").append(reversePath);
            if (extensions.offers("SIZE")) {
                command.append(" SIZE=").append(mail.size());
            }
            if (mail.isEightBit()) {
                command.append(" BODY=8BITMIME");
            }
            // RFC 6531 §3.4; a host that does not need it for this mail is not asked for it.
            if (mail.hasEightBitHeader()
                    || needsUtf8(reversePath)
                    || offered.stream().anyMatch(EmailAddress::needsUtf8)) {
                command.append(" SMTPUTF8");
            }
            return command.toString();
        }

        private void answeredMail(SmtpReply reply) throws ConversationEnded {
            if (!reply.isPositive()) {
                if (mails > 1) {
                    // It may be the session that the host has had enough of, in whatever words: a new one will tell.
                    throw ConversationEnded.by(reply);
                }
                mailRefused = reply;
                offered.forEach(recipient -> refused(recipient, reply, BounceCategory.Command.MAIL));
            }
        }

        private void answeredRcpt(EmailAddress recipient, SmtpReply reply) {
            if (mailRefused != null) {
                return; // What is said to RCPT after a refused MAIL is an echo (503).
            }
            if (reply.isPositive()) {
                accepted.add(recipient);
            } else if (isTooMany(reply)) {
                recipients.postpone(new Result.TemporaryFailure(recipient, reply.text(), true));
            } else {
                refused(recipient, reply, BounceCategory.Command.RCPT);
            }
        }

        /** RFC 5321 §4.5.3.1.10: some say 552 where 452 is meant. With any other code than 5.5.3 (RFC 3463 §3.6) it is what it says. */
        private static boolean isTooMany(SmtpReply reply) {
            return reply.code() == TOO_MANY_RECIPIENTS
                    && (reply.enhancedCode().isEmpty() || reply.enhancedCode().equals("5.5.3"));
        }

        private void answeredData(SmtpReply reply) {
            dataExpected = reply.code() == START_MAIL_INPUT;
            if (!dataExpected) {
                accepted.forEach(recipient -> refused(recipient, reply, BounceCategory.Command.DATA));
                accepted.clear();
            }
        }

        /**
         * Before the dot: 5yz is the peer's last word, anything else leaves the recipient to the next host. But for 530
         * (RFC 3207 §4, RFC 4954 §6), which says something about us and nothing about this mail.
         */
        private void refused(EmailAddress recipient, SmtpReply reply, BounceCategory.Command command) {
            if (reply.isPermanent() && reply.code() != SECURE_OR_LOG_IN_FIRST) {
                recipients.settle(new Result.PermanentFailure(recipient, reply.text(), true, command));
            } else {
                recipients.postpone(new Result.TemporaryFailure(recipient, reply.text(), true));
            }
        }

        private void sendMail() throws ConversationEnded {
            DataWriter data = new DataWriter(connection, timeouts.dataBlock());
            mail.copyTo(data::write);
            data.flush();
            talk.awaitsVerdict();
            if (Thread.currentThread().isInterrupted()) {
                throw ConversationEnded.with("451 4.4.2 cut short before the end of the mail");
            }
            SmtpReply reply;
            try {
                data.end();
                reply = connection.reply(timeouts.finalDot());
            } catch (ConversationEnded ended) {
                // The peer may have taken the mail or not, and SMTP has no way to find out (RFC 1047). No other host is
                // asked in this attempt; a later attempt may bring the same bytes, with the same Message-ID, twice.
                accepted.forEach(recipient ->
                        recipients.settle(new Result.TemporaryFailure(recipient, ended.reply(), ended.peerSaid())));
                throw ended;
            }
            talk.begins();
            // RFC 5321 §4.2.5, §6.1: this reply decides, for all whom the peer accepted, and moves the responsibility.
            for (EmailAddress recipient : accepted) {
                recipients.settle(
                        reply.isPositive()
                                ? new Result.Delivered(recipient, reply.text())
                                : reply.isPermanent()
                                        ? new Result.PermanentFailure(
                                                recipient, reply.text(), true, BounceCategory.Command.DATA)
                                        : new Result.TemporaryFailure(recipient, reply.text(), true));
            }
            if (reply.isIntermediate()) {
                throw new OutOfStep(reply);
            }
        }
    }
}
