package org.chancery.smtpingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The socket that SubEthaSMTP sees. It reads from it one bare verb after the other, runs our command for it, and writes its
 * greeting to it; lines, arguments, replies and mails stay between {@link SmtpSession} and the {@code Wire}.
 *
 * <p>The engine's own reading could not be kept: it logs lines with their secrets at debug level, picks commands by their
 * first four letters, keeps what was sent before STARTTLS for after it, answers broken lines without an enhanced code, and
 * reads a byte at a time.
 */
final class EngineSocket extends Socket {
    private final SmtpSession session;
    private final Runnable whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();

    EngineSocket(SmtpSession session, Runnable whenClosed) throws SocketException {
        super((SocketImpl) null);
        this.session = session;
        this.whenClosed = whenClosed;
    }

    SmtpSession session() {
        return session;
    }

    @Override
    public InputStream getInputStream() {
        return new Verbs();
    }

    @Override
    public OutputStream getOutputStream() {
        return new Greeting();
    }

    /** Each verb as a line of its own, and the end of the stream when the session is over. */
    private final class Verbs extends InputStream {
        private byte[] line = {};
        private int at;

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (at == line.length && !next()) {
                return -1;
            }
            int count = Math.min(length, line.length - at);
            System.arraycopy(line, at, bytes, offset, count);
            at += count;
            return count;
        }

        @Override
        public int read() throws IOException {
            return at == line.length && !next() ? -1 : line[at++];
        }

        private boolean next() throws IOException {
            Optional<Verb> verb = session.nextVerb();
            line = verb.map(known -> known.name() + "\r\n").orElse("").getBytes(StandardCharsets.US_ASCII);
            at = 0;
            return verb.isPresent();
        }
    }

    /** What the engine says of its own: the greeting, and a 421 if all else failed. */
    private final class Greeting extends OutputStream {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            session.wire().write(bytes, offset, length);
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                session.end();
            } finally {
                whenClosed.run();
            }
        }
    }

    @Override
    public boolean isClosed() {
        return closed.get();
    }

    @Override
    public boolean isBound() {
        return true;
    }

    /** Without effect: the wire watches the time itself. */
    @Override
    public void setSoTimeout(int timeout) {}

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return session.wire().clientAddress();
    }

    @Override
    public InetAddress getInetAddress() {
        return session.wire().client();
    }

    @Override
    public int getPort() {
        return session.wire().clientAddress().getPort();
    }
}
