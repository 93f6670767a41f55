package org.chancery.smtpingest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.chancery.core.access.Client;
import org.chancery.core.access.ClientNetwork;
import org.chancery.core.access.Credentials;
import org.chancery.core.access.Credentials.Check;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.access.TokenGuard;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.access.TryBackoff.Limits;
import org.chancery.core.audit.Channel;
import org.chancery.core.mail.EmailAddress;
import org.chancery.smtpingest.wire.Line;
import org.chancery.smtpingest.wire.Reply;
import org.chancery.smtpingest.wire.Wire;

/**
 * The AUTH exchange: an address of the principal as user name, a token as password.
 *
 * <p>Standards: RFC 4954; PLAIN is RFC 4616, LOGIN an old custom that mail programs still follow.
 *
 * <p>Trusts: that the session checked that it is protected by TLS or comes from this machine. Nothing that the client sends
 * here is ever logged.
 */
final class SubmissionAuth {

    /** What came of the exchange. */
    sealed interface Outcome {
        /** The client is who it says. */
        record Admitted(Login login, EmailAddress user) implements Outcome {}

        /**
         * It did not get in.
         *
         * @param isFailure whether a user name and token were presented and did not hold
         */
        record Denied(Reply reply, boolean isFailure) implements Outcome {}

        /** It hung up. */
        record Gone() implements Outcome {}
    }

    /**
     * A person who mistypes, or a client with an old token on several connections, gets so far without noticing; so many
     * programs behind one address may have an old token at the same time.
     */
    static final Limits LIMITS = new Limits(5, 20, Duration.ofSeconds(1));

    private record Presented(String user, String password) {}

    private static final Reply ASK = Reply.bare(334, List.of(""));
    private static final Reply ASK_USER = Reply.bare(334, List.of("VXNlcm5hbWU6")); // "Username:"
    private static final Reply ASK_PASSWORD = Reply.bare(334, List.of("UGFzc3dvcmQ6")); // "Password:"

    private final Surroundings surroundings;
    private final Wire wire;
    private final Duration patience;

    SubmissionAuth(Surroundings surroundings, Wire wire, Duration patience) {
        this.surroundings = surroundings;
        this.wire = wire;
        this.patience = patience;
    }

    /** Holds the exchange that {@code AUTH argument} began. */
    Outcome exchange(String argument) throws IOException {
        int space = argument.indexOf(' ');
        String mechanism = space < 0 ? argument : argument.substring(0, space);
        String initial = space < 0 ? "" : argument.substring(space).strip();
        try {
            return switch (mechanism.toUpperCase(Locale.ROOT)) {
                case "PLAIN" -> judge(plain(initial));
                case "LOGIN" -> judge(login(initial));
                default -> new Outcome.Denied(ReplyCodes.AUTH_UNKNOWN_MECHANISM, false);
            };
        } catch (Aborted aborted) {
            return aborted.outcome;
        }
    }

    private Presented plain(String initial) throws IOException, Aborted {
        String message = initial.isEmpty() ? ask(ASK) : decode(initial);
        // RFC 4616 §2: [authzid] NUL authcid NUL passwd
        String[] parts = message.split("\0", -1);
        if (parts.length != 3) {
            throw new Aborted(ReplyCodes.BAD_ARGUMENT);
        }
        boolean actsAsItself = parts[0].isEmpty() || parts[0].equals(parts[1]);
        if (!actsAsItself) {
            throw new Aborted(ReplyCodes.AUTH_INVALID);
        }
        return new Presented(parts[1], parts[2]);
    }

    private Presented login(String initial) throws IOException, Aborted {
        String user = initial.isEmpty() ? ask(ASK_USER) : decode(initial);
        return new Presented(user, ask(ASK_PASSWORD));
    }

    private String ask(Reply question) throws IOException, Aborted {
        wire.say(question);
        return switch (wire.readLine(patience)) {
            case Line.Text line -> answerIn(line.text());
            case Line.NotUtf8 ignored -> throw new Aborted(ReplyCodes.AUTH_NOT_BASE64);
            case Line.TooLong ignored -> throw new Aborted(ReplyCodes.LINE_TOO_LONG);
            case Line.BareLineEnd ignored -> throw new Aborted(ReplyCodes.BARE_LINE_END);
            case Line.End ignored -> throw new Aborted(new Outcome.Gone());
        };
    }

    private static String answerIn(String line) throws Aborted {
        // RFC 4954 §4: the client may cancel with a lone asterisk.
        if (line.equals("*")) {
            throw new Aborted(ReplyCodes.AUTH_CANCELLED);
        }
        return decode(line);
    }

    private static String decode(String base64) throws Aborted {
        // RFC 4954 §4: an empty initial response is sent as "=".
        if (base64.equals("=")) {
            return "";
        }
        try {
            byte[] octets = Base64.getDecoder().decode(base64);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw new Aborted(ReplyCodes.AUTH_NOT_BASE64);
        }
    }

    private Outcome judge(Presented presented) {
        TokenGuard guard = surroundings.guard();
        ClientNetwork network = ClientNetwork.of(wire.client());
        Optional<EmailAddress> user = EmailAddress.parse(presented.user());
        // Names that are no addresses count as one.
        String name = user.map(EmailAddress::canonical).orElse("");
        TokenSecret secret = TokenSecret.of(presented.password());
        return guard.look(network, secret, () -> judge(presented, user, name, secret, network));
    }

    private Outcome judge(
            Presented presented, Optional<EmailAddress> user, String name, TokenSecret secret, ClientNetwork network) {
        TokenGuard guard = surroundings.guard();
        Instant now = surroundings.clock().instant();
        if (guard.wait(network, secret, name, now).isPositive()) {
            return new Outcome.Denied(ReplyCodes.AUTH_TOO_OFTEN, true);
        }
        Outcome outcome = check(user, presented, new Client(network, Channel.SMTP));
        if (outcome instanceof Outcome.Admitted) {
            guard.succeeded(network, secret, name);
        } else if (outcome instanceof Outcome.Denied denied && denied.isFailure()) {
            guard.failed(network, secret, name, now);
        }
        return outcome;
    }

    private Outcome check(Optional<EmailAddress> user, Presented presented, Client client) {
        if (user.isEmpty() || presented.password().length() > TokenSecret.MAX_LENGTH) {
            return new Outcome.Denied(ReplyCodes.AUTH_INVALID, true);
        }
        Credentials credentials = surroundings.core().credentials();
        return switch (credentials.bearer(presented.password(), client)) {
            case Check.Valid valid ->
                admit(
                        valid.principal(),
                        user.get(),
                        new Login(
                                credentials,
                                client,
                                TokenSecret.of(presented.password()),
                                valid.principal().token()));
            case Check.Invalid ignored -> new Outcome.Denied(ReplyCodes.AUTH_INVALID, true);
            case Check.Away ignored -> new Outcome.Denied(ReplyCodes.AUTH_AWAY, false);
        };
    }

    private Outcome admit(Principal principal, EmailAddress user, Login login) {
        if (!surroundings.core().door().maySendAs(principal, user)) {
            return new Outcome.Denied(ReplyCodes.AUTH_INVALID, true);
        }
        return principal.may(Scope.EMAIL_SEND)
                ? new Outcome.Admitted(login, user)
                : new Outcome.Denied(ReplyCodes.AUTH_SCOPE, true);
    }

    /** Ends the exchange from within one of its steps. */
    private static final class Aborted extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Outcome outcome;

        Aborted(Reply reply) {
            this(new Outcome.Denied(reply, reply == ReplyCodes.AUTH_INVALID));
        }

        Aborted(Outcome outcome) {
            super(null, null, false, false);
            this.outcome = outcome;
        }
    }
}
