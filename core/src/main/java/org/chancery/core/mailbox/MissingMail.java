package org.chancery.core.mailbox;

/** The raw-mail store does not have what was put into it: it was damaged, and only an operator can mend it. */
public final class MissingMail extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public MissingMail(RawDigest digest, String where, Throwable cause) {
        super("the raw mail " + digest.hex() + " is missing in " + where, cause);
    }
}
