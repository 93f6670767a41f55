package org.chancery.smtpingest.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.chancery.smtpingest.wire.Waiting.Phase;

/**
 * One client's connection, as bytes both ways.
 *
 * <p>Replies are collected and written when there is nothing left to read, so that the replies to pipelined commands leave
 * in one packet (RFC 2920 §3.2), and every reply in one write.
 *
 * <p>Used by the thread of the session, but for {@link #waiting}, {@link #sendAway}, {@link #cutOff} and {@link
 * #abort}, which the {@code SessionWatch} calls. Reads have no timeout of their own: each wait, for reading as for
 * writing, has a deadline, and the watch closes the connection that has passed it. A timeout on the socket would cost two
 * more system calls for every read and would not cover writes.
 */
public final class Wire implements AutoCloseable {
    /** Octets in a line with its CRLF. RFC 5321 §4.5.3.1.4 asks for 512; MAIL parameters, SMTPUTF8 and tokens add to it. */
    public static final int MAX_LINE = 2048;

    private static final int BUFFER = 16 * 1024;
    private static final int LARGE_BUFFER = 64 * 1024;
    private static final int COLLECTED = 2048;
    /** How much is read and thrown away so that a client which is still sending gets to see the last reply. */
    private static final int LINGER_BYTES = 1024 * 1024;

    private static final Duration LINGER = Duration.ofSeconds(2);

    private final Socket raw;
    private final InetAddress client;
    private final Duration patience;
    private Socket socket;
    private InputStream in;
    private OutputStream out;

    byte[] buffer = new byte[BUFFER];
    int position;
    int limit;

    private final byte[] replies = new byte[COLLECTED];
    private int collected;

    private final AtomicReference<Waiting> waiting = new AtomicReference<>(Waiting.WORKING);

    /**
     * @param patience how long the client may take to read what we write
     */
    public Wire(Socket socket, Duration patience) throws IOException {
        this.raw = socket;
        this.client = socket.getInetAddress();
        this.patience = patience;
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        // Replies are collected here; Nagle's algorithm would only hold the last one back.
        socket.setTcpNoDelay(true);
    }

    public InetAddress client() {
        return client;
    }

    public InetSocketAddress clientAddress() {
        return new InetSocketAddress(client, raw.getPort());
    }

    /** The TLS version in use, or empty. */
    public Optional<String> tls() {
        return socket instanceof SSLSocket secured
                ? Optional.of(secured.getSession().getProtocol())
                : Optional.empty();
    }

    public boolean isSecure() {
        return socket != raw;
    }

    /** The next line; the client has the given time to send all of it. */
    public Line readLine(Duration within) throws IOException {
        long since = System.nanoTime();
        long until = since + within.toNanos();
        int scanned = 0;
        while (true) {
            int at = LineEnds.next(buffer, position + scanned, limit);
            scanned = at - position;
            if (scanned > MAX_LINE - 2) {
                return new Line.TooLong();
            }
            if (at < limit && buffer[at] == LineEnds.LF) {
                return new Line.BareLineEnd();
            }
            if (at + 1 < limit) {
                return buffer[at + 1] == LineEnds.LF ? takeLine(scanned) : new Line.BareLineEnd();
            }
            if (!fill(Phase.AWAITING_LINE, since, until)) {
                return new Line.End();
            }
        }
    }

    private Line takeLine(int length) {
        ByteBuffer octets = ByteBuffer.wrap(buffer, position, length);
        position += length + 2;
        try {
            return new Line.Text(
                    StandardCharsets.UTF_8.newDecoder().decode(octets).toString());
        } catch (CharacterCodingException notUtf8) {
            return new Line.NotUtf8();
        }
    }

    /** Whether the client has sent more than was read. */
    public boolean hasBuffered() {
        return position < limit;
    }

    /** Collects a reply; it is written before we wait for the client again. */
    public void say(Reply reply) throws IOException {
        write(reply.octets(), 0, reply.octets().length);
    }

    /** As {@link #say}, for octets that somebody else made. */
    public void write(byte[] octets, int offset, int length) throws IOException {
        if (collected + length > replies.length) {
            flush();
        }
        if (length > replies.length) {
            writeNow(octets, offset, length);
            return;
        }
        System.arraycopy(octets, offset, replies, collected, length);
        collected += length;
    }

    /** Writes what was collected. */
    public void flush() throws IOException {
        int length = collected;
        collected = 0;
        if (length > 0) {
            writeNow(replies, 0, length);
        }
    }

    private void writeNow(byte[] octets, int offset, int length) throws IOException {
        Waiting mine = enterWriting(patience);
        try {
            out.write(octets, offset, length);
            out.flush();
        } finally {
            leave(mine);
        }
    }

    /**
     * Goes over to TLS. What the client sent before the handshake is forgotten: it was sent in the clear, by anybody, and
     * would be obeyed as if it were protected (RFC 3207 §4.2 and CVE-2011-0411). What is collected and not flushed is
     * written within TLS.
     */
    public void startTls(SSLContext context, Duration within) throws IOException {
        position = 0;
        limit = 0;
        SSLSocket secured =
                (SSLSocket) context.getSocketFactory().createSocket(raw, client.getHostAddress(), raw.getPort(), true);
        secured.setUseClientMode(false);
        secured.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"}); // RFC 8996
        Waiting mine = enterWriting(within);
        try {
            secured.startHandshake();
        } finally {
            leave(mine);
        }
        socket = secured;
        in = secured.getInputStream();
        out = secured.getOutputStream();
    }

    /** Reads more of a mail's content; false where no more will come. */
    boolean fillWithData(long until) throws IOException {
        boolean more = fill(Phase.AWAITING_DATA, System.nanoTime(), until);
        if (more && limit == buffer.length && buffer.length < LARGE_BUFFER) {
            // A mail that fills the buffer is a large one: fewer, larger reads.
            byte[] larger = new byte[LARGE_BUFFER];
            System.arraycopy(buffer, position, larger, 0, limit - position);
            limit -= position;
            position = 0;
            buffer = larger;
        }
        return more;
    }

    /** Gives back the memory that a large mail took. */
    public void shrink() {
        if (buffer.length > BUFFER && limit - position <= BUFFER) {
            byte[] usual = new byte[BUFFER];
            System.arraycopy(buffer, position, usual, 0, limit - position);
            limit -= position;
            position = 0;
            buffer = usual;
        }
    }

    private boolean fill(Phase awaiting, long since, long until) throws IOException {
        flush();
        if (position > 0) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
        Waiting mine = enter(awaiting, since, until);
        int count;
        boolean stillOurs = false;
        try {
            count = in.read(buffer, limit, buffer.length - limit);
        } finally {
            stillOurs = leave(mine);
        }
        if (count < 0 || !stillOurs) {
            return false;
        }
        limit += count;
        return true;
    }

    private Waiting enterWriting(Duration within) throws IOException {
        long now = System.nanoTime();
        return enter(Phase.WRITING, now, now + within.toNanos());
    }

    private Waiting enter(Phase next, long since, long until) throws IOException {
        Waiting mine = new Waiting(next, since, until);
        if (!waiting.compareAndSet(Waiting.WORKING, mine)) {
            throw new SocketException("the client was sent away");
        }
        return mine;
    }

    /** False where another thread has ended the wait meanwhile. */
    private boolean leave(Waiting mine) {
        return waiting.compareAndSet(mine, Waiting.WORKING);
    }

    /** What the session's thread is doing. */
    public Waiting waiting() {
        return Objects.requireNonNull(waiting.get());
    }

    /**
     * Says a last word to a client that is waited for, and closes. Called by another thread while the session's own one
     * waits in a read; that one finds the connection closed. Does nothing where the session has gone on since the wait was
     * judged: a mail may be under way to its 250 then.
     */
    public void sendAway(Waiting judged, Reply reply) {
        long now = System.nanoTime();
        if (!end(judged, new Waiting(Phase.SENT_AWAY, now, now + LINGER.toNanos()))) {
            return;
        }
        if (judged.isForClient()) {
            try {
                out.write(reply.octets());
                out.flush();
            } catch (IOException alreadyGone) {
                // Nobody is there to hear it.
            }
        }
        abort();
    }

    /** Closes without a word a client that is waited for. Does nothing where the session has gone on meanwhile. */
    public void cutOff(Waiting judged) {
        if (end(judged, Waiting.CLOSED)) {
            abort();
        }
    }

    private boolean end(Waiting judged, Waiting next) {
        return judged != Waiting.WORKING && waiting.compareAndSet(judged, next);
    }

    /** Closes without a word, also under a thread that reads or writes. */
    public void abort() {
        waiting.set(Waiting.CLOSED);
        try {
            raw.close();
        } catch (IOException alreadyGone) {
            // It is closed either way.
        }
    }

    /**
     * Closes after a refusal while the client may still be sending. Closing at once would make the system answer the rest
     * with a reset, at which the client forgets the reply that it has not read yet.
     */
    public void closeGently() {
        try {
            flush();
            socket.shutdownOutput();
            long since = System.nanoTime();
            long until = since + LINGER.toNanos();
            for (int discarded = 0; discarded < LINGER_BYTES; discarded += limit) {
                position = 0;
                limit = 0;
                if (!fill(Phase.AWAITING_DATA, since, until)) {
                    break;
                }
            }
        } catch (IOException alreadyGone) {
            // The client did not wait for us.
        } finally {
            abort();
        }
    }

    @Override
    public void close() {
        try {
            flush();
            enterWriting(patience);
            socket.close();
        } catch (IOException alreadyGone) {
            // The client did not wait for us.
        } finally {
            abort();
        }
    }
}
