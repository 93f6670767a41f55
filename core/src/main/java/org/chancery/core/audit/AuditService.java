package org.chancery.core.audit;

import java.util.List;
import org.chancery.core.audit.AuditLog.Head;
import org.chancery.core.audit.AuditLog.Question;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Transactions;
import org.jspecify.annotations.Nullable;

/** Shows the record, and finds out whether it is as it was written. */
public final class AuditService {
    /** Entries in memory at once while all are looked at. */
    private static final int PIECE = 1_000;

    private final Transactions transactions;
    private final AuditLog log;

    public AuditService(Transactions transactions, AuditLog log) {
        this.transactions = transactions;
        this.log = log;
    }

    /** One page, newest first. */
    public List<ChainedEntry> page(Question question, int limit) {
        return transactions.in(tx -> log.page(tx, question, limit));
    }

    /** What came of looking at a record. */
    public sealed interface Finding {
        /** Every entry is as it was written, and none is missing. */
        record Intact(Head head) implements Finding {}

        /**
         * Something was changed.
         *
         * @param seq the first entry at which it shows
         */
        record Broken(long seq, String what) implements Finding {}
    }

    /**
     * Looks at every entry of a workspace's record, in the order of the chain; others go on appending meanwhile.
     *
     * @param noted the end of the record as somebody wrote it down earlier, or null. Only with it a record shows that was written
     *     anew as a whole, or cut off and its head moved back
     */
    public Finding verify(WorkspaceId workspace, @Nullable Head noted) {
        Head last = new Head(0, AuditChain.origin(workspace));
        int found = 1;
        while (true) {
            Head reached = last;
            List<ChainedEntry> piece = transactions.in(tx -> log.after(tx, workspace, reached.seq(), PIECE));
            for (ChainedEntry entry : piece) {
                Finding.Broken broken = check(last, entry, noted);
                if (broken != null) {
                    return broken;
                }
                last = new Head(entry.seq(), entry.hash());
            }
            // Read after the entries, and moved with them: it stands at the last of them, or there are more by now.
            Head head = transactions.in(tx -> log.head(tx, workspace));
            // An entry may have come between the two looks: nothing is missing before the second one finds nothing,
            // either.
            boolean hasMore = head.seq() > last.seq() && !(piece.isEmpty() && found == 0);
            if (piece.size() < PIECE && !hasMore) {
                return end(last, head, noted);
            }
            found = piece.size();
        }
    }

    private static Finding.@Nullable Broken check(Head before, ChainedEntry entry, @Nullable Head noted) {
        long seq = before.seq() + 1;
        if (entry.seq() != seq) {
            return new Finding.Broken(seq, "is missing");
        }
        if (!entry.previousHash().equals(before.hash())) {
            return new Finding.Broken(seq, "does not follow the one before it");
        }
        if (!entry.isIntact()) {
            return new Finding.Broken(seq, "does not have the hash of what it tells");
        }
        if (noted != null && noted.seq() == seq && !noted.hash().equals(entry.hash())) {
            return new Finding.Broken(seq, "is another one than was noted");
        }
        return null;
    }

    private static Finding end(Head last, Head head, @Nullable Head noted) {
        if (head.seq() > last.seq() || (noted != null && noted.seq() > last.seq())) {
            return new Finding.Broken(last.seq() + 1, "is missing at the end of the record");
        }
        if (!head.equals(last)) {
            return new Finding.Broken(last.seq(), "is not the one at which the record's head stands");
        }
        return new Finding.Intact(head);
    }
}
