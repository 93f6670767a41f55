package org.chancery.storage.mailbox;

import static org.chancery.storage.jooq.Tables.MESSAGE_TERM;
import static org.jooq.impl.DSL.deleteFrom;
import static org.jooq.impl.DSL.param;

import java.util.UUID;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.Tables;
import org.chancery.storage.jooq.tables.records.MessageUnindexedRecord;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.RowInsert;

/** Mail that waits for the terms which it is found by. */
public final class Unindexed {
    private static final RowInsert<MessageUnindexedRecord> ROWS =
            RowInsert.into(Tables.MESSAGE_UNINDEXED, Keys.PK_MESSAGE_UNINDEXED);

    private static final FixedStatement FORGET = new FixedStatement(
            deleteFrom(MESSAGE_TERM).where(MESSAGE_TERM.MESSAGE_ID.eq(param("message", MESSAGE_TERM.MESSAGE_ID))));

    private Unindexed() {}

    /** A mail that was stored in this transaction. */
    static void added(Tx tx, UUID workspace, UUID message) {
        ROWS.insert(tx, new MessageUnindexedRecord(message, workspace));
    }

    /** A mail that may have terms, which are those of another text or place. Whoever calls this has its row locked. */
    public static void changed(Tx tx, UUID workspace, UUID message) {
        forget(tx, message);
        ROWS.insertIfAbsent(tx, new MessageUnindexedRecord(message, workspace));
    }

    /** Takes its terms from a mail. */
    public static void forget(Tx tx, UUID message) {
        FORGET.execute(tx, message);
    }
}
