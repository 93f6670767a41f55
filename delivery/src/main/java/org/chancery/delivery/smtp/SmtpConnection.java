package org.chancery.delivery.smtp;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.delivery.net.Watchdog;
import org.chancery.delivery.smtp.ConversationEnded.TlsFailed;
import org.jspecify.annotations.Nullable;

/**
 * Lines out, replies in: one TCP connection to a host, later perhaps secured, with a time limit on everything that can
 * block. Every trouble is a {@link ConversationEnded}. Used by one thread at a time.
 */
final class SmtpConnection implements Closeable {
    /** A whole flight of commands fits, so that saying one never blocks. */
    private static final int BUFFER = 32_768;

    private final Route.Hop hop;
    private final Socket plain;
    private final Watchdog watchdog;
    private TimeLimit attempt;

    private InputStream in;
    private OutputStream out;
    private ReplyReader replies;
    private Tls.@Nullable Secured secured;
    /** What we said last, for the words about a peer that does not answer it. */
    private String lastSaid = "connecting";

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

    /** How it is protected. */
    TransportSecurity security() {
        return new TransportSecurity(tls(), secured == null ? null : secured.certificate(), null);
    }

    /** Puts a command into the next flight. */
    void say(String line) throws ConversationEnded {
        int verb = line.indexOf(' ');
        lastSaid = verb < 0 ? line : line.substring(0, verb);
        write((line + "\r\n").getBytes(StandardCharsets.UTF_8), line);
    }

    /** The same for a line that must not show anywhere, called something else in what is told about it. */
    void saySecret(String line, String calledInstead) throws ConversationEnded {
        lastSaid = calledInstead;
        write((line + "\r\n").getBytes(StandardCharsets.UTF_8), line);
    }

    private void write(byte[] bytes, String line) throws ConversationEnded {
        if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a command is one line; this one is more: " + lastSaid);
        }
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** Sends the flight and reads one reply. A 421 ends the conversation wherever it comes (RFC 5321 §3.8). */
    SmtpReply reply(Duration limit) throws ConversationEnded {
        SmtpReply reply = within(limit, () -> {
            out.flush();
            return replies.read();
        });
        if (reply.code() == SmtpReply.SERVICE_CLOSING) {
            throw ConversationEnded.by(reply);
        }
        return reply;
    }

    /** Sends a piece of the mail. */
    void data(byte[] bytes, int length, Duration limit) throws ConversationEnded {
        lastSaid = "the mail";
        within(limit, () -> {
            out.write(bytes, 0, length);
            out.flush();
            return length;
        });
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
