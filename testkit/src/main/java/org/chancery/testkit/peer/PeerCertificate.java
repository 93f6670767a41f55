package org.chancery.testkit.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The peers' self-signed certificate, for {@code localhost} and {@code *.peer.test}; made once a JVM by keytool. */
public final class PeerCertificate {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private PeerCertificate() {}

    /** What a peer serves TLS with. */
    static SSLContext serving() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(Made.KEYS, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot serve TLS", e);
        }
    }

    /** For clients that are to trust the peers' certificate, and no other. */
    public static X509ExtendedTrustManager trusted() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("peer", Made.KEYS.getCertificate("peer"));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            return (X509ExtendedTrustManager) trust.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot trust the peer's certificate", e);
        }
    }

    private static final class Made {
        static final KeyStore KEYS = make();

        private static KeyStore make() {
            try {
                Path folder = Files.createTempDirectory("peer-certificate");
                Path file = folder.resolve("peer.p12");
                try {
                    keytool(file);
                    KeyStore keys = KeyStore.getInstance("PKCS12");
                    try (InputStream in = Files.newInputStream(file)) {
                        keys.load(in, PASSWORD);
                    }
                    return keys;
                } finally {
                    Files.deleteIfExists(file);
                    Files.deleteIfExists(folder);
                }
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException("cannot make a certificate", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a certificate was made", e);
            }
        }

        private static void keytool(Path file) throws IOException, InterruptedException {
            Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
            Process process = new ProcessBuilder(
                            keytool.toString(),
                            "-genkeypair",
                            "-keystore",
                            file.toString(),
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            new String(PASSWORD),
                            "-alias",
                            "peer",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=peer.test",
                            "-ext",
                            "SAN=DNS:localhost,DNS:peer.test,DNS:*.peer.test",
                            "-startdate",
                            "-1d",
                            "-validity",
                            "30")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("keytool failed: " + said);
            }
        }
    }
}
