package org.chancery.delivery.dkim;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.chancery.core.dkim.KeyRecord;
import org.chancery.core.dkim.KeyRing.SigningKey;
import org.chancery.core.dkim.KeyType;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;

/** A pair of keys of sender.test, without a database behind them. */
public final class TestKeys {
    public static final String DOMAIN = "sender.test";

    private static final ReversePath PATH =
            ReversePath.of(EmailAddress.of("bounces+01m8qtbgmpef9tmjebavnfngg8-0123456789abcdef@" + DOMAIN));

    private final KeyPair rsa = pair("RSA");
    private final KeyPair ed25519 = pair("Ed25519");

    private static KeyPair pair(String name) {
        try {
            return KeyPairGenerator.getInstance(name).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signs the mail of whichever workspace. */
    public Signer signer() {
        return new DkimSigner((workspace, domain) -> domain.equals(DOMAIN), domain -> keys());
    }

    /** The mail with its signatures on top, as it arrives. */
    byte[] signed(byte[] mail) {
        SignedContent content = new SignedContent();
        content.take(mail, mail.length);
        Signer.Outcome outcome =
                signer().sign(content, new WorkspaceId(new UUID(1, 2)), PATH, Instant.ofEpochSecond(1_700_000_000));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertInstanceOf(Signer.Outcome.Signed.class, outcome)
                .fields()
                .forEach(field -> out.writeBytes(field.getBytes(StandardCharsets.US_ASCII)));
        out.writeBytes(mail);
        if (mail[mail.length - 1] != '\n') {
            out.writeBytes(new byte[] {'\r', '\n'});
        }
        return out.toByteArray();
    }

    List<SigningKey> keys() {
        return List.of(
                new SigningKey(KeyType.RSA, "one-rsa", rsa.getPrivate()),
                new SigningKey(KeyType.ED25519, "one-ed25519", ed25519.getPrivate()));
    }

    List<KeyRecord> records() {
        byte[] bare = ed25519.getPublic().getEncoded();
        return List.of(
                new KeyRecord(
                        "one-rsa._domainkey." + DOMAIN,
                        KeyType.RSA,
                        Base64.getEncoder().encodeToString(rsa.getPublic().getEncoded())),
                new KeyRecord(
                        "one-ed25519._domainkey." + DOMAIN,
                        KeyType.ED25519,
                        Base64.getEncoder().encodeToString(Arrays.copyOfRange(bare, bare.length - 32, bare.length))));
    }
}
