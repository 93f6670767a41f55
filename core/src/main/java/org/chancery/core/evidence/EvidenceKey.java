package org.chancery.core.evidence;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.chancery.core.audit.Digests;

/** What this server signs evidence with: Ed25519 (RFC 8032). */
public final class EvidenceKey {
    private static final String ALGORITHM = "Ed25519";

    private final PrivateKey secret;
    private final PublicKey shown;

    private EvidenceKey(PrivateKey secret, PublicKey shown) {
        this.secret = secret;
        this.shown = shown;
    }

    /** A fresh key, in the form in which it is kept: private and public part in base 64, a line each. */
    public static byte[] generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            String kept = base64(pair.getPrivate().getEncoded()) + "\n"
                    + base64(pair.getPublic().getEncoded()) + "\n";
            return kept.getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /**
     * Reads a kept key.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static EvidenceKey of(byte[] kept) {
        String[] lines = new String(kept, StandardCharsets.US_ASCII).split("\n");
        if (lines.length != 2) {
            throw new IllegalArgumentException("not a key for evidence");
        }
        try {
            KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
            EvidenceKey key = new EvidenceKey(
                    factory.generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines[0]))),
                    publicKey(Base64.getDecoder().decode(lines[1])));
            byte[] probe = {1};
            if (!isSigned(key.publicKey(), probe, key.sign(probe))) {
                throw new IllegalArgumentException("the two parts of the key for evidence do not belong together");
            }
            return key;
        } catch (GeneralSecurityException broken) {
            throw new IllegalArgumentException("not a key for evidence", broken);
        }
    }

    /** The public part (X.509 SubjectPublicKeyInfo). */
    public byte[] publicKey() {
        return shown.getEncoded();
    }

    /** What people compare keys by. */
    public String fingerprint() {
        return fingerprint(publicKey());
    }

    static String fingerprint(byte[] publicKey) {
        return Digests.of(publicKey);
    }

    byte[] sign(byte[] octets) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(secret);
            signature.update(octets);
            return signature.sign();
        } catch (GeneralSecurityException bug) {
            throw new IllegalStateException(bug);
        }
    }

    /** Whether the octets were signed with the private part of that public key; no, too, where there is no key or signature. */
    static boolean isSigned(byte[] publicKey, byte[] octets, byte[] signature) {
        try {
            Signature check = Signature.getInstance(ALGORITHM);
            check.initVerify(publicKey(publicKey));
            check.update(octets);
            return check.verify(signature);
        } catch (GeneralSecurityException neither) {
            return false;
        }
    }

    private static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
        return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }
}
