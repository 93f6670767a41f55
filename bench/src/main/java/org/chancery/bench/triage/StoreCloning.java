package org.chancery.bench.triage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.chancery.bench.product.Setup;
import org.chancery.bench.store.Copying;
import org.chancery.bench.store.StoppedStore;

/**
 * Fills a store whose server is stopped with copies of the mails that came through its pipeline: rows like theirs, with ids,
 * threads, times and states of their own, straight into the tables. The pipeline would need a quarter of an hour for as many.
 */
final class StoreCloning {
    private static final int BATCH = 2_000;

    /** Every so many mails the next thread begins. */
    private static final int THREAD = 4;

    /**
     * One in so many of what does not wait is with an agent: a page full of them in a store of 1,000 too. Mailboxes take turns by
     * another number, so that each has some.
     */
    private static final int OF_WHICH_ROUTED = 5;

    /** The copies are this far apart, the last of them before the mails that they are copies of. */
    private static final int SECONDS = 60;

    private StoreCloning() {}

    /**
     * How much mail there is to be, and how much of it waits, spread evenly.
     *
     * @param messages in all, templates included
     * @param waiting of them in the review queue
     * @param unrouted of them without a handler
     */
    record Wanted(int messages, int waiting, int unrouted) {

        String stateOf(int number) {
            int each = Math.max(1, messages / (waiting + unrouted));
            int place = number / each;
            if (number % each != 0 || place >= waiting + unrouted) {
                return number % OF_WHICH_ROUTED == 1 ? "routed" : "handled";
            }
            return place * unrouted / (waiting + unrouted) < (place + 1) * unrouted / (waiting + unrouted)
                    ? "unrouted"
                    : "awaiting_review";
        }
    }

    static void clone(Setup setup, Wanted wanted) throws SQLException {
        try (StoppedStore store = StoppedStore.open(setup)) {
            Connection connection = store.connection();
            List<Template> templates = templates(connection);
            int copies = wanted.messages() - templates.size();
            Instant first = Instant.now().minusSeconds((long) copies * SECONDS + 3600);
            try (Copying threads = new Copying(connection, "thread", List.of("id"));
                    Copying messages = new Copying(
                            connection,
                            "message",
                            List.of(
                                    "id",
                                    "thread_id",
                                    "spool_id",
                                    "internet_key",
                                    "occurred_at",
                                    "state",
                                    "state_at"));
                    Copying entries = new Copying(connection, "folder_entry", List.of("message_id", "uid", "mod_seq"));
                    Copying traces = new Copying(connection, "mail_trace", List.of("mail_id"))) {
                UUID thread = store.nextId();
                for (int i = 0; i < copies; i++) {
                    Template template = templates.get(i % templates.size());
                    if (i % THREAD == 0) {
                        thread = store.nextId();
                        threads.add(template.thread(), thread);
                    }
                    UUID id = store.nextId();
                    UUID spool = store.nextId();
                    OffsetDateTime at = first.plusSeconds((long) i * SECONDS).atOffset(ZoneOffset.UTC);
                    messages.add(template.message(), id, thread, spool, UUID.randomUUID(), at, wanted.stateOf(i), at);
                    long uid = 1_000_000L + i;
                    entries.add(template.message(), id, uid, uid);
                    traces.add(template.spool(), spool);
                    if (i % BATCH == BATCH - 1) {
                        store.flush(threads, messages, entries, traces);
                    }
                    if (i % 50_000 == 49_999) {
                        System.err.printf("bench: %,d of %,d messages stored%n", i + 1, copies);
                    }
                }
                store.flush(threads, messages, entries, traces);
            }
            store.recount();
        }
    }

    /** A mail that came through the pipeline. */
    private record Template(UUID message, UUID thread, UUID spool) {}

    private static List<Template> templates(Connection connection) throws SQLException {
        List<Template> templates = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT id, thread_id, spool_id FROM message WHERE inbound ORDER BY occurred_at, id")) {
            while (rows.next()) {
                templates.add(new Template(
                        rows.getObject(1, UUID.class), rows.getObject(2, UUID.class), rows.getObject(3, UUID.class)));
            }
        }
        if (templates.isEmpty()) {
            throw new SQLException("there is no mail to make copies of");
        }
        return templates;
    }
}
