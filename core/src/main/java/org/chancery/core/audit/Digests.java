package org.chancery.core.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in lower-case hexadecimal digits, for what the record names and does not hold. */
public final class Digests {
    private Digests() {}

    public static String of(byte[] octets) {
        return HexFormat.of().formatHex(algorithm().digest(octets));
    }

    /** Of a text in UTF-8. */
    public static String ofText(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Of a tree, in canonical JSON. */
    public static String ofTree(Object tree) {
        return ofText(CanonicalJson.write(tree));
    }

    /** A fresh digest to feed. */
    public static MessageDigest algorithm() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
