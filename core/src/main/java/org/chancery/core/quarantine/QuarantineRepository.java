package org.chancery.core.quarantine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.quarantine.Quarantined.Accepted;
import org.chancery.core.quarantine.Quarantined.Rejected;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps what is and was in quarantine. A decision is compare-and-set: it says whether the mail was still pending. */
public interface QuarantineRepository {

    /**
     * Adds a pending mail.
     *
     * @return false, with nothing changed, where one of that spool id came by the same {@link Entrance} already
     */
    boolean add(Tx tx, HeldMail mail);

    /** What a spooled mail became by that entrance. */
    Optional<Quarantined> confined(Tx tx, SpoolId spool, Entrance entrance);

    Optional<Quarantined> find(Tx tx, WorkspaceId workspace, QuarantineId id);

    /** The same, locked until the transaction ends, so that decisions about it queue up behind one another. */
    Optional<Quarantined> lock(Tx tx, WorkspaceId workspace, QuarantineId id);

    /** Keeps the decision; a release that is due may be claimed at once. False where the mail is not pending. */
    boolean accept(Tx tx, Accepted accepted);

    /** Keeps the decision; false where the mail is not pending. */
    boolean reject(Tx tx, Rejected rejected);

    /**
     * Items of a workspace, newest first; without their signals and the verdicts about their senders.
     *
     * @param before where the page before ended, or null for the first one
     */
    List<Quarantined> list(Tx tx, WorkspaceId workspace, Filter filter, @Nullable Place before, int limit);

    /**
     * Which items are wanted.
     *
     * @param state {@link Quarantined#state()}
     * @param reason null means any
     * @param endpoint null means any
     */
    record Filter(
            String state, @Nullable Reason reason, @Nullable EndpointId endpoint) {
        /** All that nobody has decided about. */
        public static final Filter WAITING = new Filter(Quarantined.Pending.STATE, null, null);
    }

    /** An item's place in the order of the lists. */
    record Place(Instant arrivedAt, QuarantineId id) {}

    /**
     * Takes a release that is due, the one that waits longest: nobody else gets it before the lease ends.
     *
     * @param owner names the server that takes it
     * @param without mails of these are left for later
     * @return empty where there is none, or where somebody else was faster
     */
    Optional<ClaimedRelease> claimRelease(Tx tx, String owner, Set<SpoolId> without, Instant now, Instant leaseEnd);

    /**
     * A release in one server's hands.
     *
     * @param attempt which try this is, from 1
     */
    record ClaimedRelease(HeldMail mail, int attempt) {}

    /**
     * Gives a release back, where the owner still has it: its lease may have ended, and another server have taken it.
     *
     * @param counts whether the try counts as one
     */
    void giveBack(Tx tx, QuarantineId id, String owner, Instant notBefore, boolean counts);

    /** Ends the leases of an owner that was stopped or killed. */
    void giveBackAll(Tx tx, String owner, Instant dueAt);

    /** Keeps that a release is done; false where it was before, or where another owner has it by now, who then says so. */
    boolean released(Tx tx, QuarantineId id, String owner, @Nullable MessageId message, Instant at);
}
