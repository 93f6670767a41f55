package org.chancery.core.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets that the server itself needs in clear again, so that whoever reads the database, or a backup of it, has none
 * of them: AES-256-GCM under a key made of the server's secret key. What is sealed for one thing does not open for another.
 */
public final class SecretBox {
    private static final int NONCE = 12; // NIST SP 800-38D §8.2: 96 bits
    private static final int TAG_BITS = 128;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;
    private final SecretKeySpec fingerprintKey;

    /** @param serverKey at least 32 bytes that nobody else knows; what was sealed opens with the same only */
    public SecretBox(byte[] serverKey) {
        if (serverKey.length < 32) {
            throw new IllegalArgumentException("the key that seals secrets needs 32 bytes or more");
        }
        // The purpose is part of each key: the server's key signs return paths as well.
        this.key = new SecretKeySpec(mac(hmac(serverKey), "secret-box".getBytes(StandardCharsets.UTF_8)), "AES");
        this.fingerprintKey = hmac(mac(hmac(serverKey), "fingerprint".getBytes(StandardCharsets.UTF_8)));
    }

    private static SecretKeySpec hmac(byte[] key) {
        return new SecretKeySpec(key, "HmacSHA256");
    }

    private static byte[] mac(SecretKeySpec key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /**
     * A digest, in hexadecimal digits, that tells two contents apart and leads nobody without the server's key back to one:
     * of a plain hash, a password among them could be guessed.
     *
     * @param line what the content belongs to, without a line break
     */
    public String fingerprint(String line, byte[] content) {
        return HexFormat.of().formatHex(mac(fingerprintKey, (line + '\n').getBytes(StandardCharsets.UTF_8), content));
    }

    /**
     * Seals.
     *
     * @param owner what the secret belongs to; it opens for the same only
     */
    public String seal(String owner, byte[] secret) {
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, owner, nonce).doFinal(secret);
            ByteBuffer whole =
                    ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed);
            return Base64.getEncoder().encodeToString(whole.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens; empty where it was sealed with another key, for another owner, or was changed. */
    public Optional<byte[]> open(String owner, String sealed) {
        try {
            byte[] whole = Base64.getDecoder().decode(sealed);
            if (whole.length <= NONCE) {
                return Optional.empty();
            }
            byte[] nonce = java.util.Arrays.copyOf(whole, NONCE);
            return Optional.of(cipher(Cipher.DECRYPT_MODE, owner, nonce).doFinal(whole, NONCE, whole.length - NONCE));
        } catch (GeneralSecurityException | IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, String owner, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
