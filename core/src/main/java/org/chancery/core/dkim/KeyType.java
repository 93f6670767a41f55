package org.chancery.core.dkim;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** The two kinds of keys that mail is signed with. Everybody verifies RSA; Ed25519 is for the day on which RSA counts no more. */
public enum KeyType {
    /** RFC 8301 §3.2 asks for 1024 bits at least and 2048 at best; longer ones do not fit into every name server's answers. */
    RSA("rsa"),
    /** RFC 8463. */
    ED25519("ed25519");

    private static final int RSA_BITS = 2048;
    private static final int ED25519_OCTETS = 32;

    private final String text;

    KeyType(String text) {
        this.text = text;
    }

    /** As {@code k=} of a key record says, and the beginning of {@code a=}. */
    public String text() {
        return text;
    }

    KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(javaName());
            if (this == RSA) {
                generator.initialize(RSA_BITS);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** What {@code p=} says, before base64: of RSA a SubjectPublicKeyInfo, as everybody publishes; of Ed25519 the bare key. */
    byte[] published(PublicKey key) {
        byte[] encoded = key.getEncoded();
        // RFC 8463 §4: the 32 octets, which are the end of the SubjectPublicKeyInfo (RFC 8410 §4).
        return this == RSA ? encoded : Arrays.copyOfRange(encoded, encoded.length - ED25519_OCTETS, encoded.length);
    }

    PrivateKey read(byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(javaName()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private String javaName() {
        return this == RSA ? "RSA" : "Ed25519";
    }
}
