package org.chancery.delivery.dkim;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The SHA-256 of a body in its relaxed form (RFC 6376 §3.4.4), taken while the body flows past: white space within a line is one
 * space, none stands at the end of a line, and no empty lines at the end of the body. Used for one mail.
 */
final class RelaxedBody {
    private static final int BLOCK = 8_192;

    private final MessageDigest sha256;
    private final byte[] block = new byte[BLOCK];
    private int filled;
    private boolean hasText;

    /** Kept back, for those at the end of the body do not count. */
    private long lineEnds;

    private boolean spaceIsDue;
    private boolean feedIsDue;

    RelaxedBody() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    void take(byte b) {
        if (feedIsDue) {
            feedIsDue = false;
            if (b == '\n') {
                spaceIsDue = false;
                lineEnds++;
                return;
            }
            text((byte) '\r');
        }
        switch (b) {
            case '\r' -> feedIsDue = true;
            case ' ', '\t' -> spaceIsDue = true;
            default -> text(b);
        }
    }

    private void text(byte b) {
        for (; lineEnds > 0; lineEnds--) {
            putLineEnd();
        }
        if (spaceIsDue) {
            put((byte) ' ');
            spaceIsDue = false;
        }
        put(b);
        hasText = true;
    }

    /** The digest. The last line of text has an end, and gets one where it has none, as it does on its way. */
    byte[] digest() {
        if (hasText) {
            putLineEnd();
        }
        sha256.update(block, 0, filled);
        filled = 0;
        return sha256.digest();
    }

    private void putLineEnd() {
        put((byte) '\r');
        put((byte) '\n');
    }

    private void put(byte b) {
        if (filled == BLOCK) {
            sha256.update(block, 0, filled);
            filled = 0;
        }
        block[filled++] = b;
    }
}
