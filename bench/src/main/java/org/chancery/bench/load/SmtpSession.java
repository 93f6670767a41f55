package org.chancery.bench.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One connection that sends mail after mail. Used by one thread. */
final class SmtpSession implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int REPLY_BUFFER = 1024;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private SmtpSession(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), REPLY_BUFFER);
        this.out = socket.getOutputStream();
    }

    static SmtpSession open(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            SmtpSession session = new SmtpSession(socket);
            session.expect('2');
            session.say("EHLO load.test", '2');
            return session;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends one mail, its end of data included, without pipelining, as most clients do. */
    void send(String recipient, byte[] contentAndEnd) throws IOException {
        say("MAIL FROM:<a@load.test>", '2');
        say("RCPT TO:<" + recipient + ">", '2');
        say("DATA", '3');
        out.write(contentAndEnd);
        expect('2');
    }

    private void say(String command, char wanted) throws IOException {
        out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        expect(wanted);
    }

    private void expect(char wanted) throws IOException {
        String line = line();
        while (line.length() > 3 && line.charAt(3) == '-') {
            line = line();
        }
        if (line.isEmpty() || line.charAt(0) != wanted) {
            throw new IOException(line);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the server closed the connection");
            }
            line.append((char) octet);
        }
        return line.toString().stripTrailing();
    }

    static void quit(@Nullable SmtpSession session) {
        if (session != null) {
            try {
                session.say("QUIT", '2');
            } catch (IOException goneAlready) {
                // It is to be gone anyway.
            }
            session.close();
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException goneAlready) {
            // Nothing is left to be closed.
        }
    }
}
