package org.chancery.delivery.smtp;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.chancery.core.mail.TransportSecurity;

/**
 * Secures connections, in one of two ways: with the peer's certificate required to prove its name, where something secret follows
 * or a policy demands it, or without, where the alternative is plain text (RFC 7435, opportunistic security). Most mail exchangers
 * have certificates that prove nothing, because their names come from unsigned DNS in the first place. Either way it is known
 * afterwards what the certificate was worth.
 */
public final class Tls {
    /** Under which a session knows what its certificate is worth; sessions that are resumed know it, too. */
    private static final String VERDICT = "org.chancery.verdict";

    private static final String RESUMED = "not looked at anew: an earlier session goes on";

    private final SSLContext verifying;
    private final SSLContext accepting;

    /** @param trust knows which certificates are to be trusted when they are checked */
    public Tls(X509ExtendedTrustManager trust) {
        this.verifying = context(new Judge(trust, true));
        this.accepting = context(new Judge(trust, false));
    }

    private static SSLContext context(Judge judge) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {judge}, null);
            return context;
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Trusts whom this Java trusts. */
    public static Tls trustingTheSystem() {
        return new Tls(OfTheSystem.TRUST);
    }

    /** Read once: there are many, and they do not change while this Java runs. */
    private static final class OfTheSystem {
        static final X509ExtendedTrustManager TRUST = read();

        private static X509ExtendedTrustManager read() {
            try {
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init((KeyStore) null);
                return Arrays.stream(factory.getTrustManagers())
                        .filter(X509ExtendedTrustManager.class::isInstance)
                        .map(X509ExtendedTrustManager.class::cast)
                        .findFirst()
                        .orElseThrow();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java cannot load its trusted certificates", e);
            }
        }
    }

    /** For clients of other protocols that want the certificate to prove the name. */
    public SSLContext proving() {
        return verifying;
    }

    /**
     * A secured connection.
     *
     * @param certificate {@link TransportSecurity#VERIFIED}, or why it proves nothing
     */
    record Secured(SSLSocket socket, String certificate) {}

    Secured handshake(Socket plain, Route.Hop hop, boolean verified) throws IOException {
        SSLContext context = verified ? verifying : accepting;
        // The name goes into SNI (RFC 6066 §3): hosts that serve many domains need it.
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(plain, hop.host(), hop.address().getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        // RFC 8314 §3 and RFC 8461 §4.2 ask for the checks of RFC 6125, which are those that HTTPS makes.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        Object verdict = socket.getSession().getValue(VERDICT);
        String unseen = verified ? TransportSecurity.VERIFIED : RESUMED;
        return new Secured(socket, verdict instanceof String text ? text : unseen);
    }

    /** Looks at certificates as another one does, and writes down what came of it; only the strict one refuses any. */
    private static final class Judge extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager trust;
        private final boolean isStrict;

        Judge(X509ExtendedTrustManager trust, boolean isStrict) {
            this.trust = trust;
            this.isStrict = isStrict;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            String verdict = TransportSecurity.VERIFIED;
            try {
                trust.checkServerTrusted(chain, type, socket);
            } catch (CertificateException unproved) {
                if (isStrict) {
                    throw unproved;
                }
                verdict = reason(unproved);
            }
            if (socket instanceof SSLSocket secured && secured.getHandshakeSession() != null) {
                secured.getHandshakeSession().putValue(VERDICT, verdict);
            }
        }

        /** The innermost cause says most. */
        private static String reason(CertificateException unproved) {
            Throwable cause = unproved;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            String message = cause.getMessage();
            return SmtpReply.cleaned(message == null ? cause.getClass().getSimpleName() : message);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            trust.checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            trust.checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw noServer();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw noServer();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw noServer();
        }

        private static CertificateException noServer() {
            return new CertificateException("we are the client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return trust.getAcceptedIssuers();
        }
    }
}
