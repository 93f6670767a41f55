package org.chancery.storage.mailbox;

import static org.chancery.storage.jooq.Tables.MESSAGE_TALLY;
import static org.chancery.storage.jooq.Tables.SENDER_TALLY;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.update;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.MessageTallyRecord;
import org.chancery.storage.jooq.tables.records.SenderTallyRecord;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.JooqTx.LastWork;
import org.chancery.storage.tx.JooqTx.Stage;
import org.chancery.storage.tx.RowInsert;

/**
 * What a transaction changes in the tallies: summed up on the way, and written at its end in the order of the keys. So no
 * transaction that holds a tally waits for anything but further tallies and, last, the head of the event log, and two of them
 * cannot wait for each other.
 */
final class Tallying implements LastWork {

    private static final RowInsert<MessageTallyRecord> TALLIES = RowInsert.into(MESSAGE_TALLY, Keys.PK_MESSAGE_TALLY);
    private static final RowInsert<SenderTallyRecord> SENDERS = RowInsert.into(SENDER_TALLY, Keys.PK_SENDER_TALLY);

    private static final FixedStatement ADD = new FixedStatement(update(MESSAGE_TALLY)
            .set(MESSAGE_TALLY.MESSAGES, MESSAGE_TALLY.MESSAGES.plus(param("by", Long.class)))
            .where(MESSAGE_TALLY.WORKSPACE_ID.eq(param("workspace", MESSAGE_TALLY.WORKSPACE_ID)))
            .and(MESSAGE_TALLY.ENDPOINT_ID.eq(param("endpoint", MESSAGE_TALLY.ENDPOINT_ID)))
            .and(MESSAGE_TALLY.INBOUND.eq(param("inbound", MESSAGE_TALLY.INBOUND)))
            .and(MESSAGE_TALLY.STATE.eq(param("state", MESSAGE_TALLY.STATE))));

    private static final FixedStatement ADD_OF_SENDER = new FixedStatement(update(SENDER_TALLY)
            .set(SENDER_TALLY.MESSAGES, SENDER_TALLY.MESSAGES.plus(param("by", Long.class)))
            .where(SENDER_TALLY.WORKSPACE_ID.eq(param("workspace", SENDER_TALLY.WORKSPACE_ID)))
            .and(SENDER_TALLY.SENDER.eq(param("sender", SENDER_TALLY.SENDER)))
            .and(SENDER_TALLY.ENDPOINT_ID.eq(param("endpoint", SENDER_TALLY.ENDPOINT_ID)))
            .and(SENDER_TALLY.INBOUND.eq(param("inbound", SENDER_TALLY.INBOUND)))
            .and(SENDER_TALLY.STATE.eq(param("state", SENDER_TALLY.STATE))));

    /**
     * What a message is counted under.
     *
     * @param sender canonical; empty where the originator has no address
     */
    record Counted(UUID workspace, UUID endpoint, boolean inbound, String sender) {}

    private record Tally(UUID workspace, UUID endpoint, boolean inbound, String state) {
        static final Comparator<Tally> ORDER = Comparator.comparing(Tally::workspace)
                .thenComparing(Tally::endpoint)
                .thenComparing(Tally::inbound)
                .thenComparing(Tally::state);
    }

    private record SenderTally(String sender, Tally at) {
        static final Comparator<SenderTally> ORDER =
                Comparator.comparing(SenderTally::sender).thenComparing(SenderTally::at, Tally.ORDER);
    }

    private final Map<Tally, Long> tallies = new TreeMap<>(Tally.ORDER);
    private final Map<SenderTally, Long> senders = new TreeMap<>(SenderTally.ORDER);

    /** What this transaction changes. */
    static Tallying in(Tx tx) {
        return JooqTx.of(tx).lastWork(Tallying.class, Tallying.class, Tallying::new);
    }

    void added(Counted message, String state) {
        change(message, state, 1);
    }

    void removed(Counted message, String state) {
        change(message, state, -1);
    }

    void moved(Counted message, String from, String to) {
        removed(message, from);
        added(message, to);
    }

    private void change(Counted message, String state, long by) {
        Tally tally = new Tally(message.workspace(), message.endpoint(), message.inbound(), state);
        tallies.merge(tally, by, Long::sum);
        senders.merge(new SenderTally(message.sender(), tally), by, Long::sum);
    }

    @Override
    public Stage stage() {
        return Stage.TALLIES;
    }

    @Override
    public void run(JooqTx tx) {
        tallies.forEach((tally, by) -> {
            if (by != 0) {
                write(tx, tally, by);
            }
        });
        senders.forEach((tally, by) -> {
            if (by != 0) {
                write(tx, tally, by);
            }
        });
        tallies.clear();
        senders.clear();
    }

    private static void write(Tx tx, Tally tally, long by) {
        boolean isWritten = add(tx, tally, by)
                || TALLIES.insertIfAbsent(
                        tx,
                        new MessageTallyRecord(tally.workspace(), tally.endpoint(), tally.inbound(), tally.state(), by))
                // Somebody else began the row meanwhile.
                || add(tx, tally, by);
        requireWritten(isWritten, tally);
    }

    private static boolean add(Tx tx, Tally tally, long by) {
        return ADD.execute(tx, by, tally.workspace(), tally.endpoint(), tally.inbound(), tally.state()) == 1;
    }

    private static void write(Tx tx, SenderTally tally, long by) {
        Tally at = tally.at();
        boolean isWritten = add(tx, tally, by)
                || SENDERS.insertIfAbsent(
                        tx,
                        new SenderTallyRecord(
                                at.workspace(), tally.sender(), at.endpoint(), at.inbound(), at.state(), by))
                || add(tx, tally, by);
        requireWritten(isWritten, tally);
    }

    private static boolean add(Tx tx, SenderTally tally, long by) {
        Tally at = tally.at();
        return ADD_OF_SENDER.execute(tx, by, at.workspace(), tally.sender(), at.endpoint(), at.inbound(), at.state())
                == 1;
    }

    private static void requireWritten(boolean isWritten, Record tally) {
        if (!isWritten) {
            throw new IllegalStateException("no row could be made for " + tally);
        }
    }
}
