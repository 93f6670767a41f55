package org.chancery.core.mailbox;

/** The raw-mail store has other bytes than those that were put into it: somebody changed them, or the disk did. */
public final class ChangedMail extends IllegalStateException {
    /** What is recorded for each recipient who does not get it (RFC 3463 §3.7). */
    public static final String REPLY =
            "554 5.6.0 the mail has other bytes in the store than were decided on; it is not sent";

    private static final long serialVersionUID = 1L;

    public ChangedMail(RawDigest digest) {
        super("the raw mail " + digest.hex() + " has other bytes by now");
    }
}
