package org.chancery.core.screening;

import org.jspecify.annotations.Nullable;

/** A server beside ours was shown a mail and gave no answer that can be used. Whether the mail is to blame, it does not say. */
public final class FailedOnMail extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param what it did; for people, and without words of the mail */
    public FailedOnMail(String what, @Nullable Throwable cause) {
        super(what, cause);
    }

    /** What it did, for people. */
    public String what() {
        return String.valueOf(getMessage());
    }
}
