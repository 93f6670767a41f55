package org.chancery.smtpingest.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsMaterialTest {
    private static final Instant NOW = Instant.parse("2026-11-21T20:00:00Z");
    /** As openssl writes it before a key; to be passed over. */
    private static final String EC_PARAMETERS = """
            -----BEGIN EC PARAMETERS-----
            BggqhkjOPQMBBw==
            -----END EC PARAMETERS-----
            """;

    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    private Path directory = Path.of("");

    private static KeyPair keys(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        return generator.generateKeyPair();
    }

    private Path certificate(KeyPair keys, String signature) throws Exception {
        X500Name name = new X500Name("CN=mx.ours.test");
        var made = new JcaX509v3CertificateBuilder(
                        name, BigInteger.ONE, Date.from(NOW), Date.from(NOW.plusSeconds(3600)), name, keys.getPublic())
                .build(new JcaContentSignerBuilder(signature).build(keys.getPrivate()));
        return write("certificate.pem", pem(made));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    /** In the traditional form where there is one. */
    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    private static String pkcs8(KeyPair keys) {
        return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    private static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder().encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    @ParameterizedTest
    @CsvSource({"RSA, SHA256withRSA", "EC, SHA256withECDSA", "Ed25519, Ed25519"})
    void keys_are_read_as_pkcs8(String algorithm, String signature) throws Exception {
        KeyPair keys = keys(algorithm);
        Path key = write("key.pem", pkcs8(keys));
        TlsMaterial.load(certificate(keys, signature), key, CLOCK);
    }

    @Test
    void rsa_keys_are_read_as_pkcs1() throws Exception {
        KeyPair keys = keys("RSA");
        String pkcs1 = pem(keys.getPrivate());
        assertTrue(pkcs1.contains("BEGIN RSA PRIVATE KEY"), pkcs1);
        TlsMaterial.load(certificate(keys, "SHA256withRSA"), write("key.pem", pkcs1), CLOCK);
    }

    @Test
    void ec_keys_are_read_as_sec1() throws Exception {
        KeyPair keys = keys("EC");
        ECPrivateKey key = (ECPrivateKey) keys.getPrivate();
        var sec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(
                key.getParams().getOrder().bitLength(), key.getS(), SECObjectIdentifiers.secp256r1);
        Path file = write("key.pem", EC_PARAMETERS + pem("EC PRIVATE KEY", sec1.getEncoded()));
        TlsMaterial.load(certificate(keys, "SHA256withECDSA"), file, CLOCK);
    }

    @Test
    void files_that_cannot_be_used_are_named() throws Exception {
        KeyPair keys = keys("EC");
        Path certificate = certificate(keys, "SHA256withECDSA");
        Path key = write("key.pem", pkcs8(keys));
        Path missing = directory.resolve("missing.pem");
        Path otherKey = write("other-key.pem", pkcs8(keys("EC")));
        Path empty = write("empty.pem", "");
        Path broken = write("broken.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Path encrypted = write("encrypted.pem", """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-128-CBC,00

                AAAA
                -----END RSA PRIVATE KEY-----
                """);
        trouble("cannot read " + missing, missing, key);
        trouble("cannot read " + missing, certificate, missing);
        trouble("there is no certificate in " + empty, empty, key);
        trouble("there is no private key in " + empty, certificate, empty);
        trouble("cannot read a private key from " + broken, certificate, broken);
        trouble("the key in " + encrypted + " is encrypted", certificate, encrypted);
        trouble("the key in " + otherKey + " is not that of the certificate in " + certificate, certificate, otherKey);
        trouble("cannot read a certificate from " + key, key, key);
    }

    private static void trouble(String expected, Path certificate, Path key) {
        var e = assertThrows(TlsTrouble.class, () -> TlsMaterial.load(certificate, key, CLOCK));
        assertTrue(String.valueOf(e.getMessage()).startsWith(expected), e.getMessage());
    }

    @Test
    void a_certificate_is_made_once_and_its_key_is_ours_alone() throws Exception {
        Path tls = directory.resolve("data/tls");
        TlsMaterial.selfSigned(tls, "mx.ours.test", CLOCK);
        Path certificate = tls.resolve("certificate.pem");
        String made = Files.readString(certificate);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(tls.resolve("key.pem"))));
        TlsMaterial.selfSigned(tls, "mx.ours.test", CLOCK);
        assertEquals(made, Files.readString(certificate));

        X509Certificate read =
                (X509Certificate) PemFiles.certificates(certificate).getFirst();
        assertEquals("CN=mx.ours.test", read.getSubjectX500Principal().getName());
        assertEquals(
                List.of(2, "mx.ours.test"),
                List.copyOf(read.getSubjectAlternativeNames().iterator().next()));
        read.checkValidity(Date.from(NOW));
        read.verify(read.getPublicKey());
    }

    @Test
    void a_changed_certificate_is_taken_over_and_a_broken_one_is_not() throws Exception {
        SettableClock clock = new SettableClock();
        TlsMaterial material = TlsMaterial.selfSigned(directory, "mx.ours.test", clock);
        SSLContext first = material.context();
        assertSame(first, material.context());

        SelfSigned.make("mx.ours.test", NOW)
                .writeTo(directory.resolve("certificate.pem"), directory.resolve("key.pem"));
        touch(1);
        assertSame(first, material.context(), "it is looked at once a minute");
        clock.now = NOW.plus(Duration.ofMinutes(2));
        SSLContext second = material.context();
        assertNotSame(first, second);

        write("key.pem", "broken");
        touch(2);
        clock.now = NOW.plus(Duration.ofMinutes(4));
        assertSame(second, material.context());
    }

    private void touch(int seconds) throws IOException {
        for (String name : new String[] {"certificate.pem", "key.pem"}) {
            Files.setLastModifiedTime(directory.resolve(name), FileTime.from(NOW.plusSeconds(seconds)));
        }
    }

    private static final class SettableClock extends Clock {
        private Instant now = NOW;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return InstantSource.system().withZone(zone);
        }
    }
}
