package org.chancery.smtpingest.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketImpl;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** A client without a network: all it sends is known before, and it decides how much of it each read gives. */
public final class ScriptedSocket extends Socket {
    private final byte[] input;
    private final IntSupplier pieces;
    private final InetAddress client;
    private final List<byte[]> writes = new ArrayList<>();
    private int at;
    private boolean closed;

    /**
     * @param pieces how many octets the next read gives at most
     */
    public ScriptedSocket(byte[] input, IntSupplier pieces, String client) throws IOException {
        super((SocketImpl) null);
        this.input = input;
        this.pieces = pieces;
        this.client = address(client);
    }

    /** Sends text, one octet for each character below 256, all in one packet. */
    public static ScriptedSocket sending(String text) throws IOException {
        return new ScriptedSocket(latin1(text), () -> Integer.MAX_VALUE, "192.0.2.1");
    }

    /** Sends lines, each with its CRLF, all in one packet. */
    public static ScriptedSocket sendingLines(String lines) throws IOException {
        return sending(lines.replace("\n", "\r\n"));
    }

    /** Sends octets in two packets. */
    public static ScriptedSocket sendingSplit(byte[] octets, int border) throws IOException {
        boolean[] first = {true};
        IntSupplier pieces = () -> {
            boolean isFirst = first[0];
            first[0] = false;
            return isFirst && border > 0 ? border : Integer.MAX_VALUE;
        };
        return new ScriptedSocket(octets, pieces, "192.0.2.1");
    }

    public static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What was written, each write by itself. */
    public List<String> writes() {
        return writes.stream()
                .map(octets -> new String(octets, StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** All that was written. */
    public String written() {
        return String.join("", writes());
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read(byte[] bytes, int offset, int length) {
                if (at == input.length) {
                    return -1;
                }
                int count = Math.min(Math.min(length, input.length - at), pieces.getAsInt());
                System.arraycopy(input, at, bytes, offset, count);
                at += count;
                return count;
            }

            @Override
            public int read() {
                return at == input.length ? -1 : input[at++] & 0xff;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                writes.add(toByteArray());
                reset();
            }
        };
    }

    @Override
    public InetAddress getInetAddress() {
        return client;
    }

    @Override
    public int getPort() {
        return 40_000;
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }
}
