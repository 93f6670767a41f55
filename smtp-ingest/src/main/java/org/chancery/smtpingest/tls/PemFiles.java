package org.chancery.smtpingest.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys in PEM (RFC 7468): keys as PKCS#8, PKCS#1 or SEC 1, not encrypted. */
final class PemFiles {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private PemFiles() {}

    /** The server's certificate, followed by those of its issuers. */
    static List<Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            var chain = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (chain.isEmpty()) {
                throw new TlsTrouble("there is no certificate in " + file, null);
            }
            return List.copyOf(chain);
        } catch (IOException | CertificateException e) {
            throw new TlsTrouble("cannot read a certificate from " + file, e);
        }
    }

    /** The only key in the file, or the first. */
    static PrivateKey privateKey(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            Matcher pkcs8 = PKCS8.matcher(text);
            return fromPkcs8(
                    pkcs8.find() ? Base64.getMimeDecoder().decode(pkcs8.group(1)) : TraditionalKey.toPkcs8(text, file));
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsTrouble("cannot read a private key from " + file, e);
        }
    }

    private static PrivateKey fromPkcs8(byte[] der) throws GeneralSecurityException {
        InvalidKeySpecException last = new InvalidKeySpecException("not a key that we know");
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException ofAnotherKind) {
                last = ofAnotherKind;
            }
        }
        throw last;
    }

    /** Finds out at the start, and not at the first handshake, that two files do not belong together. */
    static void requireMatch(Certificate certificate, Path certificateFile, PrivateKey key, Path keyFile) {
        boolean matches;
        try {
            Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> key.getAlgorithm();
                    });
            byte[] probe = {1};
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(probe);
            matches = signature.verify(signed);
        } catch (GeneralSecurityException differentKinds) {
            matches = false;
        }
        if (!matches) {
            throw new TlsTrouble(
                    "the key in " + keyFile + " is not that of the certificate in " + certificateFile, null);
        }
    }
}
