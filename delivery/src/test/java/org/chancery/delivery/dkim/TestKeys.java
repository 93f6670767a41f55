package org.chancery.delivery.dkim;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.chancery.core.dkim.KeyRecord;
import org.chancery.core.dkim.KeyRing.SigningKey;
import org.chancery.core.dkim.KeyType;

/** A pair of keys of sender.test, without a database behind them. */
public final class TestKeys {
    public static final String DOMAIN = "sender.test";

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
