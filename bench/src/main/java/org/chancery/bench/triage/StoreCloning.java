package org.chancery.bench.triage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.chancery.bench.product.Setup;

/**
 * Fills a store whose server is stopped with copies of the mails that came through its pipeline: rows like theirs, with ids,
 * threads, times and states of their own, straight into the tables. The pipeline would need a quarter of an hour for as many. What
 * the product keeps beside the rows to answer from, the tallies, is counted anew as its own migration does.
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

    /** As the product opens it, which decides how names are spelled. */
    private static final String H2_SETTINGS = ";DATABASE_TO_LOWER=TRUE;CACHE_SIZE=262144";

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
        try (Connection connection = connect(setup)) {
            connection.setAutoCommit(false);
            List<Template> templates = templates(connection);
            int copies = wanted.messages() - templates.size();
            Ids ids = new Ids();
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
                UUID thread = ids.next();
                for (int i = 0; i < copies; i++) {
                    Template template = templates.get(i % templates.size());
                    if (i % THREAD == 0) {
                        thread = ids.next();
                        threads.add(template.thread(), thread);
                    }
                    UUID id = ids.next();
                    UUID spool = ids.next();
                    OffsetDateTime at = first.plusSeconds((long) i * SECONDS).atOffset(ZoneOffset.UTC);
                    messages.add(template.message(), id, thread, spool, UUID.randomUUID(), at, wanted.stateOf(i), at);
                    long uid = 1_000_000L + i;
                    entries.add(template.message(), id, uid, uid);
                    traces.add(template.spool(), spool);
                    if (i % BATCH == BATCH - 1) {
                        flush(connection, threads, messages, entries, traces);
                    }
                    if (i % 50_000 == 49_999) {
                        System.err.printf("bench: %,d of %,d messages stored%n", i + 1, copies);
                    }
                }
                flush(connection, threads, messages, entries, traces);
            }
            recount(connection);
        }
    }

    /** Each greater than the one before, as the product's are (RFC 9562 §5.7), and all older than those. */
    private static final class Ids {
        private long count;

        UUID next() {
            long time = 1_600_000_000_000L + ++count;
            return new UUID(time << 16 | 0x7000L, 0x8000_0000_0000_0000L | count);
        }
    }

    private static Connection connect(Setup setup) throws SQLException {
        if (setup.database().isPresent()) {
            Setup.Database database = setup.database().get();
            return DriverManager.getConnection(database.url(), database.user(), database.password());
        }
        String file = setup.dataDirectory().resolve("chancery").toAbsolutePath().toString();
        return DriverManager.getConnection("jdbc:h2:file:" + file + H2_SETTINGS, "sa", "");
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

    private static void flush(Connection connection, Copying... tables) throws SQLException {
        for (Copying table : tables) {
            table.statement.executeBatch();
        }
        connection.commit();
    }

    private static void recount(Connection connection) throws SQLException {
        String counted = "workspace_id, endpoint_id, inbound, state";
        String ofSender = "workspace_id, from_canonical, endpoint_id, inbound, state";
        Map<String, String> tallies = new LinkedHashMap<>();
        tallies.put("message_tally (" + counted + ", messages)", counted);
        tallies.put("sender_tally (" + ofSender.replace("from_canonical", "sender") + ", messages)", ofSender);
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> tally : tallies.entrySet()) {
                statement.execute("DELETE FROM " + tally.getKey().split(" ")[0]);
                statement.execute("INSERT INTO " + tally.getKey() + " SELECT " + tally.getValue()
                        + ", COUNT(*) FROM message GROUP BY " + tally.getValue());
            }
            connection.commit();
            // What PostgreSQL does by itself within minutes, and H2 after some thousand changes.
            connection.setAutoCommit(true);
            statement.execute("ANALYZE");
            if (connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
                statement.execute("VACUUM");
            } else {
                statement.execute("SHUTDOWN COMPACT");
            }
        }
    }

    /** Copies rows of one table, but for some columns. */
    private static final class Copying implements AutoCloseable {
        private final PreparedStatement statement;
        private final List<String> changed;

        /** @param changed the first of them says which row is meant */
        Copying(Connection connection, String table, List<String> changed) throws SQLException {
            this.changed = changed;
            List<String> columns = new ArrayList<>();
            try (ResultSet rows = connection.getMetaData().getColumns(null, null, table, null)) {
                while (rows.next()) {
                    columns.add(rows.getString("COLUMN_NAME"));
                }
            }
            List<String> kept =
                    columns.stream().filter(column -> !changed.contains(column)).toList();
            List<String> values = new ArrayList<>();
            changed.forEach(column -> values.add("?"));
            values.addAll(kept);
            List<String> names = new ArrayList<>(changed);
            names.addAll(kept);
            this.statement = connection.prepareStatement("INSERT INTO " + table + " (" + String.join(", ", names)
                    + ") SELECT " + String.join(", ", values) + " FROM " + table + " WHERE " + changed.getFirst()
                    + " = ?");
        }

        void add(UUID template, Object... values) throws SQLException {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.setObject(values.length + 1, template);
            statement.addBatch();
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }
}
