package org.chancery.smtpingest;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.spool.Admission;
import org.chancery.smtpingest.Login.Standing;
import org.chancery.smtpingest.SubmissionAuth.Outcome;
import org.chancery.smtpingest.wire.Line;
import org.chancery.smtpingest.wire.Reply;
import org.chancery.smtpingest.wire.Wire;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's session: what it has said so far, and what it may say next.
 *
 * <p>Standards: RFC 5321 §4.1; the extensions SIZE (RFC 1870), 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531), PIPELINING (RFC
 * 2920), ENHANCEDSTATUSCODES (RFC 2034), STARTTLS (RFC 3207), AUTH (RFC 4954); submission is RFC 6409.
 *
 * <p>Trusts: nothing. Used by one thread: {@link #nextVerb}, then {@link #obey}, until there is no next; then {@link #end}.
 */
final class SmtpSession {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpSession.class);

    private final Surroundings surroundings;
    private final SmtpConfig config;
    private final Service service;
    private final MailParameters parameters;
    private final Wire wire;

    private Command command = Command.UNREADABLE;
    private boolean over;
    private boolean clientMaySendOn;

    private @Nullable String helo;
    private boolean isExtended;
    private @Nullable Login login;
    private @Nullable Transaction transaction;
    private boolean usesUtf8;

    /** The beginning of the session, or its last accepted mail; for the watch. */
    private volatile long lastMail = System.nanoTime();

    private int commandsWithoutMail;
    private int errorsWithoutMail;
    private int authFailures;

    SmtpSession(Surroundings surroundings, Service service, Wire wire) {
        this.surroundings = surroundings;
        this.config = surroundings.config();
        this.service = service;
        this.parameters = new MailParameters(service, config.mail().maxMessage());
        this.wire = wire;
    }

    Wire wire() {
        return wire;
    }

    /** Whether it has gone on for too long without an accepted mail. Asked by the watch. */
    boolean isBarren(long nanoTime) {
        return nanoTime - lastMail > config.time().withoutMail().toNanos();
    }

    /** Waits for the next command; empty when the session is over. */
    Optional<Verb> nextVerb() {
        if (over) {
            return Optional.empty();
        }
        try {
            if (service.isImplicitTls() && !wire.isSecure()) {
                wire.startTls(surroundings.tls().context(), config.time().handshake());
            }
            return read(wire.readLine(config.time().idle()));
        } catch (IOException gone) {
            LOG.debug("client {} is gone: {}", client(), gone.toString());
            over = true;
            return Optional.empty();
        }
    }

    private Optional<Verb> read(Line line) throws IOException {
        command = line instanceof Line.Text received ? Command.parse(received.text()) : Command.UNREADABLE;
        switch (line) {
            case Line.Text ignored -> {}
            case Line.NotUtf8 ignored -> {}
            case Line.TooLong ignored -> answer(ReplyCodes.LINE_TOO_LONG);
            case Line.BareLineEnd ignored -> answer(ReplyCodes.BARE_LINE_END);
            case Line.End ignored -> over = true;
        }
        if (!over && ++commandsWithoutMail > config.session().maxCommands()) {
            answer(ReplyCodes.TOO_MANY_COMMANDS);
        }
        return over ? Optional.empty() : Optional.of(command.verb());
    }

    /** Does what the last command asks, and answers. */
    void obey() throws IOException {
        try {
            switch (command.verb()) {
                case EHLO -> answer(ehlo());
                case HELO -> answer(helo());
                case STARTTLS -> startTls();
                case AUTH -> auth();
                case MAIL -> answer(mail());
                case RCPT -> answer(rcpt());
                case DATA -> data();
                case RSET -> answer(rset());
                case NOOP -> answer(ReplyCodes.OK);
                case QUIT -> answer(command.hasArgument() ? ReplyCodes.BAD_ARGUMENT : ReplyCodes.BYE);
                case VRFY -> answer(ReplyCodes.NOT_VERIFIED);
                case EXPN -> answer(ReplyCodes.NOT_OFFERED);
                case HELP -> answer(ReplyCodes.HELP);
                case UNKNOWN -> answer(ReplyCodes.UNKNOWN_COMMAND);
            }
        } catch (IOException gone) {
            LOG.info("client {} is gone: {}", client(), LogText.of(gone));
            over = true;
        } catch (RuntimeException bug) {
            LOG.error("{} of {} failed", command.verb(), client(), bug);
            // Within a mail nobody knows any more where its content ends: what follows must not be taken for commands.
            answer(command.verb() == Verb.DATA ? ReplyCodes.LOCAL_ERROR.closing() : ReplyCodes.LOCAL_ERROR);
        }
    }

    /** Ends the session; a client that may still be sending is given time to read the last reply. */
    void end() {
        if (clientMaySendOn) {
            wire.closeGently();
        } else {
            wire.close();
        }
    }

    // ---- greeting

    private Reply ehlo() {
        if (!meet()) {
            return ReplyCodes.BAD_ARGUMENT;
        }
        isExtended = true;
        List<String> lines = new ArrayList<>();
        lines.add(config.hostname());
        lines.add("PIPELINING");
        lines.add("SIZE " + config.mail().maxMessage());
        lines.add("8BITMIME");
        lines.add("SMTPUTF8");
        lines.add("ENHANCEDSTATUSCODES");
        if (!wire.isSecure()) {
            lines.add("STARTTLS"); // RFC 3207 §4.2: not again within TLS
        }
        if (service.isSubmission() && isProtected() && login == null) {
            lines.add("AUTH PLAIN LOGIN");
        }
        return Reply.bare(250, lines);
    }

    private Reply helo() {
        if (!meet()) {
            return ReplyCodes.BAD_ARGUMENT;
        }
        isExtended = false;
        return Reply.bare(250, List.of(config.hostname()));
    }

    // RFC 5321 §4.1.4: a name that does not resolve is no reason to refuse. One that would not be safe to repeat in a
    // trace header field is. EHLO and HELO also end a mail transaction.
    private boolean meet() {
        String name = command.argument();
        boolean usable = !name.isEmpty()
                && name.length() <= EmailAddress.MAX_DOMAIN
                && name.chars().allMatch(SmtpSession::isHostText);
        if (usable) {
            helo = name;
            forgetTransaction();
        }
        return usable;
    }

    private static boolean isHostText(int c) {
        return Character.isLetterOrDigit(c) || ".-_:[]".indexOf(c) >= 0;
    }

    // ---- protection

    private void startTls() throws IOException {
        if (command.hasArgument()) {
            answer(ReplyCodes.BAD_ARGUMENT);
        } else if (wire.isSecure()) {
            answer(ReplyCodes.OUT_OF_SEQUENCE);
        } else {
            answer(ReplyCodes.START_TLS);
            wire.flush();
            wire.startTls(surroundings.tls().context(), config.time().handshake());
            // RFC 3207 §4.2: what was learnt before TLS is forgotten; it may have been said by somebody in between.
            helo = null;
            isExtended = false;
            login = null;
            forgetTransaction();
        }
    }

    /** Whether a secret may be sent on this connection. */
    private boolean isProtected() {
        return wire.isSecure() || wire.client().isLoopbackAddress();
    }

    private void auth() throws IOException {
        Optional<Reply> objection = objectionToAuth();
        if (objection.isPresent()) {
            answer(objection.get());
            return;
        }
        switch (new SubmissionAuth(surroundings, wire, config.time().idle()).exchange(command.argument())) {
            case Outcome.Admitted admitted -> {
                login = admitted.login();
                LOG.info("{} authenticated as {}", client(), LogText.of(admitted.user()));
                answer(ReplyCodes.AUTHENTICATED);
            }
            case Outcome.Denied denied -> {
                boolean enough =
                        denied.isFailure() && ++authFailures >= config.session().maxAuthFailures();
                answer(enough ? ReplyCodes.AUTH_ENOUGH : denied.reply());
            }
            case Outcome.Gone ignored -> over = true;
        }
    }

    private Optional<Reply> objectionToAuth() {
        if (!service.isSubmission()) {
            return Optional.of(ReplyCodes.NOT_OFFERED);
        }
        if (!isExtended || helo == null || login != null || transaction != null) {
            return Optional.of(ReplyCodes.OUT_OF_SEQUENCE);
        }
        return isProtected() ? Optional.empty() : Optional.of(ReplyCodes.AUTH_NEEDS_TLS);
    }

    // ---- the mail transaction

    private Reply mail() {
        Login submitter = login;
        if (service.isSubmission() && submitter == null) {
            return isProtected() ? ReplyCodes.AUTH_REQUIRED : ReplyCodes.TLS_REQUIRED;
        }
        if (helo == null || transaction != null) {
            return ReplyCodes.OUT_OF_SEQUENCE;
        }
        Optional<PathArgument> argument = PathArgument.parse(command.argument(), "FROM:");
        if (argument.isEmpty()) {
            return ReplyCodes.BAD_ARGUMENT;
        }
        // RFC 5321 §4.1.1.11: who said HELO was offered no extension, and has no parameters.
        if (!isExtended && argument.get().hasParameters()) {
            return ReplyCodes.UNKNOWN_PARAMETER;
        }
        Optional<Reply> objection = parameters.objectionTo(argument.get().parameters());
        if (objection.isPresent()) {
            return objection.get();
        }
        String path = argument.get().path();
        usesUtf8 = argument.get().parameters().containsKey("SMTPUTF8");
        if (needsUtf8(path) && !usesUtf8) {
            return ReplyCodes.NEEDS_SMTPUTF8;
        }
        Optional<EmailAddress> address = EmailAddress.parse(path);
        if (address.isEmpty() && !path.isEmpty()) {
            return ReplyCodes.BAD_SENDER;
        }
        return submitter == null ? beginMail(address) : beginSubmission(submitter, address);
    }

    private Reply beginMail(Optional<EmailAddress> address) {
        if (surroundings.core().spool().admission() instanceof Admission.Refused refused) {
            return ReplyCodes.notAdmitted(refused);
        }
        transaction =
                new MailTransaction(surroundings, address.map(ReversePath::of).orElse(ReversePath.NULL));
        return ReplyCodes.SENDER_OK;
    }

    // RFC 6409 §6.1: only the submitter's own addresses. The null reverse-path is nobody's: our users send no bounces.
    private Reply beginSubmission(Login submitter, Optional<EmailAddress> address) {
        switch (submitter.standing()) {
            case Standing.Lost lost -> {
                login = lost.reply().isPermanent() ? null : submitter;
                return lost.reply();
            }
            case Standing.Good good -> {
                if (address.isEmpty() || !surroundings.core().door().maySendAs(good.principal(), address.get())) {
                    return ReplyCodes.SENDER_NOT_ALLOWED;
                }
            }
        }
        Optional<Reply> full =
                SubmissionTransaction.objectionOf(surroundings.core().spool());
        if (full.isPresent()) {
            return full.get();
        }
        transaction = new SubmissionTransaction(surroundings, submitter, ReversePath.of(address.get()));
        return ReplyCodes.SENDER_OK;
    }

    private Reply rcpt() {
        if (transaction == null) {
            return ReplyCodes.OUT_OF_SEQUENCE;
        }
        Optional<PathArgument> argument = PathArgument.parse(command.argument(), "TO:");
        if (argument.isEmpty()) {
            return ReplyCodes.BAD_ARGUMENT;
        }
        if (argument.get().hasParameters()) {
            return ReplyCodes.UNKNOWN_PARAMETER;
        }
        String path = argument.get().path();
        if (needsUtf8(path) && !usesUtf8) {
            return ReplyCodes.NEEDS_SMTPUTF8;
        }
        // RFC 5321 §4.5.1: postmaster is taken without a domain, in any case of letters.
        Optional<EmailAddress> recipient =
                path.equalsIgnoreCase("postmaster") ? Optional.of(config.postmaster()) : EmailAddress.parse(path);
        return recipient.map(transaction::recipient).orElse(ReplyCodes.BAD_RECIPIENT);
    }

    private static boolean needsUtf8(String path) {
        return path.chars().anyMatch(c -> c > 126);
    }

    private void data() throws IOException {
        if (transaction == null) {
            answer(ReplyCodes.OUT_OF_SEQUENCE);
        } else if (command.hasArgument()) {
            answer(ReplyCodes.BAD_ARGUMENT);
        } else if (!transaction.hasRecipients()) {
            answer(ReplyCodes.NO_RECIPIENTS);
        } else {
            Arrival arrival =
                    new Arrival(surroundings.clock().instant(), wire.client(), String.valueOf(helo), protocol());
            switch (transaction.data(wire, arrival, this::answer)) {
                case ACCEPTED -> {
                    lastMail = System.nanoTime();
                    commandsWithoutMail = 0;
                    errorsWithoutMail = 0;
                    forgetTransaction();
                }
                case REFUSED -> forgetTransaction();
                case NOT_BEGUN -> {}
            }
        }
    }

    // RFC 3848 and RFC 6531 §4.3. TLS and AUTH are extensions: whoever uses them speaks ESMTP, and says HELO only for
    // old
    // custom's sake.
    private String protocol() {
        String marks = (wire.isSecure() ? "S" : "") + (login == null ? "" : "A");
        String base = usesUtf8 ? "UTF8SMTP" : isExtended || !marks.isEmpty() ? "ESMTP" : "SMTP";
        return base + marks;
    }

    private Reply rset() {
        if (command.hasArgument()) {
            return ReplyCodes.BAD_ARGUMENT;
        }
        forgetTransaction();
        return ReplyCodes.OK;
    }

    private void forgetTransaction() {
        transaction = null;
        usesUtf8 = false;
    }

    // ---- answering

    private void answer(Reply reply) throws IOException {
        wire.say(reply);
        if (reply.isRefusal()) {
            surroundings.figures().refused(reply);
            LOG.info("refused {} {}: {}", client(), subject(), reply);
        }
        if (reply.isClosing()) {
            over = true;
            clientMaySendOn = reply.isRefusal();
        } else if (reply.isPermanent()
                && ++errorsWithoutMail >= config.session().maxErrors()) {
            answer(ReplyCodes.TOO_MANY_ERRORS);
        }
    }

    /** What a refusal is about, for the log: never the argument of AUTH or of a command that we do not know. */
    private String subject() {
        return switch (command.verb()) {
            case MAIL, RCPT -> command.verb() + " " + LogText.of(command.argument());
            case EHLO, HELO, STARTTLS, AUTH, DATA, RSET, NOOP, QUIT, VRFY, EXPN, HELP, UNKNOWN ->
                command.verb().name();
        };
    }

    private String client() {
        InetAddress address = wire.client();
        String submitter = login == null ? "" : " token=" + login.token().text();
        return service + " " + address.getHostAddress() + submitter;
    }
}
