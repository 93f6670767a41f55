package org.chancery.delivery.webhook;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Connects to one address, and proves with TLS that the named host is there (RFC 9110 §4.3.4). */
final class PinnedConnection {
    private PinnedConnection() {}

    /** Connects without proxies. */
    static void connect(Socket plain, InetAddress address, int port, Duration limit) throws IOException {
        plain.connect(new InetSocketAddress(address, port), (int) Math.max(1, limit.toMillis()));
        plain.setTcpNoDelay(true);
    }

    /** Secures a connection; the host's name goes into SNI (RFC 6066 §3) and is checked against the certificate. */
    static SSLSocket secure(Socket plain, Destination destination, SSLContext trusted) throws IOException {
        SSLSocket socket = (SSLSocket)
                trusted.getSocketFactory().createSocket(plain, destination.host(), destination.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }
}
