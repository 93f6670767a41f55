package org.chancery.core.approval;

import java.time.Instant;
import org.chancery.core.approval.Approval.Held;
import org.chancery.core.audit.Author;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** What is held: it knows how to be done, and how to end undone. Implemented above this package. */
public interface HeldAction {

    /**
     * What a reviewer wants changed before it is done; null stays as it is.
     *
     * @param html empty takes the HTML away
     */
    record Edits(
            @Nullable String subject,
            @Nullable String text,
            @Nullable String html) {
        public static final Edits NONE = new Edits(null, null, null);

        public boolean isNone() {
            return equals(NONE);
        }
    }

    /** What was found of what a person is about to approve. */
    sealed interface Looked {
        /** The very bytes that were pinned. */
        record Intact() implements Looked {}

        /** These are what the edits made of them, and are kept, durably. */
        record Edited(RawDigest digest, long size, String subject) implements Looked {}

        /** Other bytes, or none. */
        record Damaged(String why) implements Looked {}
    }

    /**
     * Reads what is held, and composes it anew where there are edits. Outside of any transaction.
     *
     * @throws org.chancery.core.fault.CallerFault where the edits cannot be used
     */
    Looked look(Approval approval, Edits edits);

    /** Puts an edited version in the place of the one before; what is held from now on. */
    Held revise(Tx tx, Approval approval, Looked.Edited version);

    /**
     * Makes sure that it can still be done, until the transaction ends.
     *
     * @throws org.chancery.core.fault.CallerFault where it cannot
     */
    void requireDoable(Tx tx, Approval approval, Instant now);

    /** Does it. Last in a transaction. */
    void execute(Tx tx, Approval approval, Author by, Instant now);

    /** Ends it undone. */
    void end(Tx tx, Approval approval, OutboundStatus status, Rejection why);
}
