package org.chancery.delivery.smtp;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Secures connections, in one of two ways: with the peer's certificate checked, where something secret follows, or
 * without, where the alternative is plain text (RFC 7435, opportunistic security). Most mail exchangers have certificates
 * that prove nothing, because their names come from unsigned DNS in the first place.
 */
public final class Tls {
    private final SSLContext verifying;
    private final SSLContext accepting;

    /** @param verifying knows which certificates are to be trusted when they are checked */
    public Tls(SSLContext verifying) {
        this.verifying = verifying;
        try {
            accepting = SSLContext.getInstance("TLS");
            accepting.init(null, new TrustManager[] {new Anyone()}, null);
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Trusts whom this Java trusts. */
    public static Tls trustingTheSystem() {
        try {
            return new Tls(SSLContext.getDefault());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot load its trusted certificates", e);
        }
    }

    SSLSocket handshake(Socket plain, Route.Hop hop, boolean verified) throws IOException {
        SSLContext context = verified ? verifying : accepting;
        // The name goes into SNI (RFC 6066 §3): hosts that serve many domains need it.
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(plain, hop.host(), hop.address().getPort(), true);
        if (verified) {
            SSLParameters parameters = socket.getSSLParameters();
            // RFC 8314 §3 asks for the checks of RFC 7817, which are those that HTTPS makes.
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return socket;
    }

    private static final class Anyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
