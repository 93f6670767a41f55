package org.chancery.smtpingest.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate that we made ourselves. It vouches for nobody, and yet keeps mail from being read on the way by those who
 * only listen (RFC 7435); senders between MTAs do not look at more.
 */
final class SelfSigned {
    /** Nobody renews it. */
    private static final Duration VALID = Duration.ofDays(3650);
    /** Clocks of clients may be behind. */
    private static final Duration BACKDATED = Duration.ofDays(1);

    private static final String OWNER_ONLY = "rw-------";
    private static final String READABLE = "rw-r--r--";

    private final byte[] certificate;
    private final byte[] key;

    private SelfSigned(byte[] certificate, byte[] key) {
        this.certificate = certificate;
        this.key = key;
    }

    static SelfSigned make(String hostname, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            X500Name name = new X500NameBuilder().addRDN(BCStyle.CN, hostname).build();
            X509CertificateHolder made = new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(127, new SecureRandom()),
                            Date.from(now.minus(BACKDATED)),
                            Date.from(now.plus(VALID)),
                            name,
                            keys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(new GeneralName(GeneralName.dNSName, hostname)))
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
            return new SelfSigned(made.getEncoded(), keys.getPrivate().getEncoded());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new TlsTrouble("cannot make a certificate for " + hostname, e);
        }
    }

    /** Writes both files; the key's can be read by us only, from the moment it exists. */
    void writeTo(Path certificateFile, Path keyFile) {
        write(keyFile, "PRIVATE KEY", key, OWNER_ONLY);
        write(certificateFile, "CERTIFICATE", certificate, READABLE);
    }

    private static void write(Path file, String kind, byte[] der, String permissions) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String pem = "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
        try {
            Path directory = Files.createDirectories(file.toAbsolutePath().getParent());
            Path unfinished = Files.createTempFile(
                    directory,
                    ".tls",
                    null,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
            Files.writeString(unfinished, pem, StandardCharsets.US_ASCII);
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString(permissions));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new TlsTrouble("cannot write " + file, e);
        }
    }
}
