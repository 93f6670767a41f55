package org.chancery.core.mailbox;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of a mail's raw bytes, in 64 lower-case hexadecimal digits; what raw mail is kept and found by. */
public record RawDigest(String hex) {
    public RawDigest {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a SHA-256 digest: " + hex);
        }
    }

    public static RawDigest of(byte[] raw) {
        return finish(algorithm().digest(raw));
    }

    /** From the 32 bytes that {@link #algorithm} gave. */
    public static RawDigest finish(byte[] sha256) {
        return new RawDigest(HexFormat.of().formatHex(sha256));
    }

    /** A fresh digest to feed with the raw bytes. */
    public static MessageDigest algorithm() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
