package org.chancery.delivery.smtp;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.delivery.net.Watchdog;
import org.chancery.delivery.smtp.ConversationEnded.OutOfStep;
import org.chancery.delivery.smtp.ConversationEnded.TlsFailed;
import org.jspecify.annotations.Nullable;

/**
 * Lines out, replies in: one TCP connection to a host, later perhaps secured, with a time limit on everything that can
 * block. Every trouble is a {@link ConversationEnded}. Used by one thread at a time.
 */
final class SmtpConnection implements Closeable {
    /** A whole flight of commands fits, so that saying one never blocks. */
    private static final int BUFFER = 32_768;

    /** For a look at what came in unasked. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** What keeps out those who stand in between. */
    enum Protection {
        NONE,
        /** TLS, whoever is at its other end. */
        ENCRYPTED,
        /** TLS, and the certificate had to prove the host's name. */
        PROVED
    }

    private final Route.Hop hop;
    private final Socket plain;
    private final Watchdog watchdog;
    private TimeLimit attempt;

    private InputStream in;
    private OutputStream out;
    private ReplyReader replies;
    private Tls.@Nullable Secured secured;
    private Protection protection = Protection.NONE;
    /** What we said last, for the words about a peer that does not answer it. */
    private String lastSaid = "connecting";

    /** Replies that are due: at first the greeting. */
    private int due = 1;

    private SmtpConnection(Route.Hop hop, Socket plain, Watchdog watchdog, TimeLimit attempt) throws IOException {
        this.hop = hop;
        this.plain = plain;
        this.watchdog = watchdog;
        this.attempt = attempt;
        this.in = new BufferedInputStream(plain.getInputStream());
        this.out = new BufferedOutputStream(plain.getOutputStream(), BUFFER);
        this.replies = new ReplyReader(in);
    }

    /** Connects; the attempt's limit cuts all others short. */
    static SmtpConnection open(Route.Hop hop, Duration limit, Watchdog watchdog, TimeLimit attempt)
            throws ConversationEnded {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            // Zero would mean for ever.
            socket.connect(
                    hop.address(), (int) Math.max(1, attempt.atMost(limit).toMillis()));
            return new SmtpConnection(hop, socket, watchdog, attempt);
        } catch (IOException e) {
            closeQuietly(socket);
            throw ConversationEnded.with("451 4.4.1 cannot connect to " + hop + ": " + why(e), e);
        }
    }

    /** Another attempt has it from now on. */
    void passTo(TimeLimit another) {
        attempt = another;
    }

    Route.Hop hop() {
        return hop;
    }

    /** Such as {@code TLSv1.3 TLS_AES_128_GCM_SHA256}; null while in plain text. */
    @Nullable
    String tls() {
        return secured == null
                ? null
                : secured.socket().getSession().getProtocol() + " "
                        + secured.socket().getSession().getCipherSuite();
    }

    Protection protection() {
        return protection;
    }

    /** How it is protected, for the record. */
    TransportSecurity security() {
        return new TransportSecurity(tls(), secured == null ? null : secured.certificate(), null);
    }

    /**
     * Puts a command into the next flight.
     *
     * @throws ConversationEnded where the peer has said more than it was asked for
     */
    void say(String line) throws ConversationEnded {
        beginFlight();
        int verb = line.indexOf(' ');
        lastSaid = verb < 0 ? line : line.substring(0, verb);
        write((line + "\r\n").getBytes(StandardCharsets.UTF_8), line);
    }

    /** The same for a line that must not show anywhere, called something else in what is told about it. */
    void saySecret(String line, String calledInstead) throws ConversationEnded {
        beginFlight();
        lastSaid = calledInstead;
        write((line + "\r\n").getBytes(StandardCharsets.UTF_8), line);
    }

    private void write(byte[] bytes, String line) throws ConversationEnded {
        if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a command is one line; this one is more: " + lastSaid);
        }
        try {
            out.write(bytes);
            due++;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private void beginFlight() throws ConversationEnded {
        if (due == 0) {
            expectSilence();
        }
    }

    /**
     * Nothing is due, and so nothing must be there: a reply to nothing would be taken for the reply to what is said next, and every
     * later one for that to another command, so that a refusal might count as a yes.
     *
     * @throws ConversationEnded where something is
     */
    void expectSilence() throws ConversationEnded {
        try {
            if (in.available() > 0 || (secured != null && isMoreWithinTls())) {
                throw new OutOfStep("451 4.5.0 " + hop + " said more than it was asked for, after " + lastSaid);
            }
        } catch (IOException e) {
            throw e instanceof ConversationEnded ended ? ended : lost(e);
        }
    }

    /** What has come in need not be words: new keys and tickets come unasked (RFC 8446 §4.6). */
    private boolean isMoreWithinTls() throws IOException {
        if (plain.getInputStream().available() == 0) {
            return false;
        }
        plain.setSoTimeout(1);
        // A byte now and then makes no record, and would begin the millisecond anew.
        try (Watchdog.Watch watch = watchdog.over(plain, attempt.atMost(LOOK))) {
            // A word, or the end of it: either way nothing goes on here. The word stays to be read.
            in.mark(1);
            in.read();
            in.reset();
            return true;
        } catch (SocketTimeoutException noWords) {
            return false;
        } finally {
            plain.setSoTimeout(0);
        }
    }

    /** Sends the flight and reads one reply. A 421 ends the conversation wherever it comes (RFC 5321 §3.8). */
    SmtpReply reply(Duration limit) throws ConversationEnded {
        SmtpReply reply = within(limit, () -> {
            out.flush();
            return replies.read();
        });
        due = Math.max(0, due - 1);
        if (reply.code() == SmtpReply.SERVICE_CLOSING) {
            throw ConversationEnded.by(reply);
        }
        return reply;
    }

    /**
     * Sends a piece of the mail, whose reply is due after the last one.
     *
     * @throws ConversationEnded where the peer has said something amid the mail; in its words, where they are a refusal
     */
    void data(byte[] bytes, int length, Duration limit) throws ConversationEnded {
        try {
            expectSilence();
        } catch (OutOfStep unasked) {
            throw refusalAmidMail(unasked);
        }
        lastSaid = "the mail";
        within(limit, () -> {
            out.write(bytes, 0, length);
            out.flush();
            return length;
        });
    }

    /** RFC 5321 §3.8: a host that has to stop says so at any time, and some refuse a mail before they have all of it. */
    private ConversationEnded refusalAmidMail(OutOfStep unasked) {
        try {
            SmtpReply reply = within(LOOK, replies::read);
            return reply.isTransient() || reply.isPermanent() ? ConversationEnded.by(reply) : unasked;
        } catch (ConversationEnded noReply) {
            return unasked;
        }
    }

    /** Sends the flight, to which no reply is awaited. */
    void flush(Duration limit) throws ConversationEnded {
        within(limit, () -> {
            out.flush();
            return true;
        });
    }

    private interface Talk<T> {
        T go() throws IOException;
    }

    private <T> T within(Duration limit, Talk<T> talk) throws ConversationEnded {
        try (Watchdog.Watch watch = watchdog.over(plain, attempt.atMost(limit))) {
            try {
                return talk.go();
            } catch (IOException e) {
                throw watch.ranOut() ? silent(e) : lost(e);
            }
        }
    }

    /** Secures the connection; after STARTTLS that is, or with the first byte. */
    void secure(Tls tls, boolean verified, Duration limit) throws TlsFailed {
        try (Watchdog.Watch watch = watchdog.over(plain, attempt.atMost(limit))) {
            try {
                // RFC 3207 §4.2 and §5: what came in plain text behind the 220 may be an attacker's, and is no reply to
                // anything that we shall say.
                if (in.available() > 0) {
                    throw new IOException("it said more before the handshake");
                }
                Tls.Secured fresh = tls.handshake(plain, hop, verified);
                secured = fresh;
                protection = verified ? Protection.PROVED : Protection.ENCRYPTED;
                in = new BufferedInputStream(fresh.socket().getInputStream());
                out = new BufferedOutputStream(fresh.socket().getOutputStream(), BUFFER);
                replies = new ReplyReader(in);
            } catch (IOException e) {
                throw new TlsFailed(
                        "451 4.7.5 no TLS with " + hop + ": " + (watch.ranOut() ? "it took too long" : why(e)), e);
            }
        }
    }

    /** Hangs up at once, whatever is on its way. */
    @Override
    public void close() {
        // The plain socket: closing the secured one could wait for a peer that no longer reads.
        closeQuietly(plain);
    }

    private ConversationEnded silent(IOException e) {
        return ConversationEnded.with("451 4.4.2 " + hop + " took too long over " + lastSaid, e);
    }

    private ConversationEnded lost(IOException e) {
        if (Thread.currentThread().isInterrupted()) {
            return ConversationEnded.with(
                    "451 4.4.2 " + hop + " was left without a word after " + lastSaid + ", for this server stops", e);
        }
        return ConversationEnded.with(
                switch (e) {
                    case EOFException hungUp -> "451 4.4.2 " + hop + " hung up after " + lastSaid;
                    case ReplyReader.NotSmtp noise ->
                        "451 4.5.0 " + hop + " gave no SMTP reply to " + lastSaid + ": " + noise.getMessage();
                    default -> "451 4.4.2 lost the connection to " + hop + " after " + lastSaid + ": " + why(e);
                },
                e);
    }

    private static String why(IOException e) {
        String message = e.getMessage();
        return SmtpReply.cleaned(message == null ? e.getClass().getSimpleName() : message);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException closedAnyway) {
            // Nothing depends on it.
        }
    }
}
