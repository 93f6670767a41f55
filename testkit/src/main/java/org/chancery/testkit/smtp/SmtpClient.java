package org.chancery.testkit.smtp;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client that sends just the octets it is told to, well-formed or not, and trusts every certificate. */
public final class SmtpClient implements AutoCloseable {
    /** A server that does not answer fails the test, and does not hang it. */
    private static final int TIMEOUT_MILLIS = 20_000;

    private final int piece;
    private Socket socket;
    private InputStream in;
    private OutputStream out;

    private SmtpClient(int port, int piece) throws IOException {
        this.piece = piece;
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    public static SmtpClient connect(int port) throws IOException {
        return new SmtpClient(port, Integer.MAX_VALUE);
    }

    /** A client that hands no more octets to the network at once than that. */
    public static SmtpClient connectInPieces(int port, int piece) throws IOException {
        return new SmtpClient(port, piece);
    }

    /** Sends octets as they are, in as few packets as there are pieces. */
    public void send(byte[] octets) throws IOException {
        for (int at = 0; at < octets.length; at += Math.min(piece, octets.length - at)) {
            out.write(octets, at, Math.min(piece, octets.length - at));
            out.flush();
        }
    }

    /** Sends text with nothing added, one octet for each character below 256. */
    public void sendRaw(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends a line in UTF-8 and its CRLF. */
    public void sendLine(String line) throws IOException {
        send((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a line and gives the reply. */
    public String command(String line) throws IOException {
        sendLine(line);
        return reply();
    }

    /** The next line of a reply, without its CRLF. */
    public String replyLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the server closed the connection after: " + line);
            }
            line.write(octet);
        }
        String text = line.toString(StandardCharsets.US_ASCII);
        if (!text.endsWith("\r")) {
            throw new IOException("a reply line does not end with CRLF: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    /** The next reply, its lines joined by line feeds. */
    public String reply() throws IOException {
        StringBuilder reply = new StringBuilder();
        for (String line = replyLine(); ; line = replyLine()) {
            reply.append(line);
            if (line.length() < 4 || line.charAt(3) != '-') {
                return reply.toString();
            }
            reply.append('\n');
        }
    }

    /** Greets, and gives the reply to EHLO. */
    public String greet() throws IOException {
        reply();
        return command("EHLO client.test");
    }

    /** What the server still says until it closes the connection. */
    public String untilClosed() throws IOException {
        try {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SocketException reset) {
            return "";
        }
    }

    /** Does the handshake. */
    public void startTls() throws IOException {
        SSLSocket secured = (SSLSocket)
                trustingContext().getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
        secured.startHandshake();
        socket = secured;
        in = secured.getInputStream();
        out = secured.getOutputStream();
    }

    /** Says that it will send no more, and goes on reading. */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static SSLContext trustingContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
