package org.chancery.core.access;

import java.text.Normalizer;
import org.chancery.core.fault.CallerFault;

/**
 * A person's password, on its way to being checked or hashed; never kept or shown as it is.
 *
 * <p>Compared in Unicode's form NFKC, since two keyboards may write one letter differently (NIST SP 800-63B §5.1.1.2).
 */
public final class Password {
    /** NIST SP 800-63B §5.1.1.1. */
    public static final int MIN_LENGTH = 8;

    /** Longer than any pass phrase; hashing one takes its time. */
    public static final int MAX_LENGTH = 256;

    private final String text;

    private Password(String text) {
        this.text = Normalizer.normalize(text, Normalizer.Form.NFKC);
    }

    /** What somebody presents at sign-in. */
    public static Password presented(String text) {
        return new Password(text);
    }

    /**
     * What is to be somebody's password from now on.
     *
     * @param pointer JSON pointer of the field that it stands in
     */
    public static Password chosen(String text, String pointer) {
        int length = text.codePointCount(0, text.length());
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            throw CallerFault.invalid(pointer, "must have from " + MIN_LENGTH + " to " + MAX_LENGTH + " characters");
        }
        return new Password(text);
    }

    /** The password itself: for whoever hashes it. */
    public String reveal() {
        return text;
    }

    /** Never the password. */
    @Override
    public String toString() {
        return "Password[hidden]";
    }
}
