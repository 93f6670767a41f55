package org.chancery.mailets.authentication.signature;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How mail is signed ({@code a=}). */
enum Algorithm {
    RSA_SHA256("rsa", "sha256", "SHA-256"),
    /** RFC 8463: Ed25519 over the SHA-256 of what is signed. */
    ED25519_SHA256("ed25519", "sha256", "SHA-256"),
    /** No signature by it counts (RFC 8301 §3.1); it is read so that this can be said. */
    RSA_SHA1("rsa", "sha1", "SHA-1");

    private final String keyType;
    private final String hash;
    private final String digest;

    Algorithm(String keyType, String hash, String digest) {
        this.keyType = keyType;
        this.hash = hash;
        this.digest = digest;
    }

    static Optional<Algorithm> of(String text) {
        return Arrays.stream(values()).filter(one -> one.text().equals(text)).findFirst();
    }

    String text() {
        return keyType + "-" + hash;
    }

    /** As {@code k=} says. */
    String keyType() {
        return keyType;
    }

    /** As {@code h=} of a key record says. */
    String hash() {
        return hash;
    }

    /** As Java says. */
    String digest() {
        return digest;
    }

    /** Whether the key's owner signed these pieces, one after the other. */
    boolean isSignatureOf(List<byte[]> pieces, byte[] signature, PublicKey key) {
        try {
            if (this == ED25519_SHA256) {
                MessageDigest hashed = MessageDigest.getInstance(digest);
                pieces.forEach(hashed::update);
                return verified("Ed25519", List.of(hashed.digest()), signature, key);
            }
            return verified(digest.replace("-", "") + "withRSA", pieces, signature, key);
        } catch (GeneralSecurityException unfit) {
            return false; // a signature of the wrong length, or a key that Java does not take
        }
    }

    private static boolean verified(String name, List<byte[]> pieces, byte[] signature, PublicKey key)
            throws GeneralSecurityException {
        Signature verifier = Signature.getInstance(name);
        verifier.initVerify(key);
        for (byte[] piece : pieces) {
            verifier.update(piece);
        }
        return verifier.verify(signature);
    }
}
