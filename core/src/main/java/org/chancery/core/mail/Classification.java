package org.chancery.core.mail;

import java.util.Locale;

/** What kind of mail it is; whatever is not {@link #HUMAN} is never answered by a program (RFC 3834 §2). */
public enum Classification {
    HUMAN,
    /** An out-of-office answer or the like (RFC 3834). */
    AUTO_REPLY,
    /** A delivery status notification (RFC 3464) or its look-alikes. */
    BOUNCE,
    /** A feedback report (RFC 5965). */
    COMPLAINT,
    /** Sent through a mailing list (RFC 2919, RFC 2369). */
    LIST,
    /** Sent to many. */
    BULK;

    /** Whether a program says it about a mail that it got, so that whoever sent that knows. */
    public boolean isFeedback() {
        return switch (this) {
            case AUTO_REPLY, BOUNCE, COMPLAINT -> true;
            case HUMAN, LIST, BULK -> false;
        };
    }

    /** The spelling in the API. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
