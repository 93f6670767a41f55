package org.chancery.core.queue;

import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Message.Progress;

/** What became of a message for one recipient; the reply is the peer's, or ours where none spoke. */
public sealed interface RecipientOutcome {
    EmailAddress recipient();

    String reply();

    /** Where the recipient stands then. */
    Progress progress();

    /** A peer took responsibility. */
    record Delivered(EmailAddress recipient, String reply) implements RecipientOutcome {
        @Override
        public Progress progress() {
            return Progress.DELIVERED;
        }
    }

    /** To be tried again. */
    record Deferred(EmailAddress recipient, String reply) implements RecipientOutcome {
        @Override
        public Progress progress() {
            return Progress.PENDING;
        }
    }

    /**
     * A peer refused for good, at once or in a report afterwards.
     *
     * @param countsForAddress whether a hard one says something of later mail: it is said of this very address, not of one that
     *     its mail goes on to, and by who can be believed
     */
    record Bounced(EmailAddress recipient, String reply, BounceCategory category, boolean countsForAddress)
            implements RecipientOutcome {
        @Override
        public Progress progress() {
            return Progress.BOUNCED;
        }
    }

    /** Given up for another reason. */
    record Failed(EmailAddress recipient, String reply) implements RecipientOutcome {
        @Override
        public Progress progress() {
            return Progress.FAILED;
        }
    }

    /** Whether it changes anything for a recipient who stands there. What is final stays, but what arrived can come back. */
    default boolean follows(Progress before) {
        return switch (before) {
            case PENDING -> true;
            case DELIVERED -> progress() == Progress.BOUNCED;
            case BOUNCED, FAILED -> false;
        };
    }
}
