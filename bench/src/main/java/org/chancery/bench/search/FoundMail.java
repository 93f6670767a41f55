package org.chancery.bench.search;

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

/** Copies of mails with what they are found by, in a store whose server is stopped. They are older than what was sent. */
final class FoundMail {
    private static final int BATCH = 1_000;
    private static final int SECONDS = 60;

    private FoundMail() {}

    /** A mail of the big inbox. */
    private record Template(UUID message, UUID thread) {}

    static void copy(Setup setup, int count) throws SQLException {
        try (StoppedStore store = StoppedStore.open(setup)) {
            Connection connection = store.connection();
            List<Template> templates = new ArrayList<>(templates(connection, "seldom"));
            templates.addAll(templates(connection, "ordinary"));
            int there = count(connection);
            Instant first = Instant.now().minusSeconds((long) count * SECONDS + 3600);
            try (Copying threads = new Copying(connection, "thread", List.of("id"));
                    Copying messages = new Copying(
                            connection,
                            "message",
                            List.of("id", "thread_id", "internet_key", "occurred_at", "state_at"));
                    Copying recipients = new Copying(connection, "message_recipient", List.of("message_id"));
                    Copying terms = new Copying(connection, "message_term", List.of("message_id", "occurred_at"))) {
                for (int i = 0; i < count - there; i++) {
                    Template template = templates.get(i % templates.size());
                    OffsetDateTime at = first.plusSeconds((long) i * SECONDS).atOffset(ZoneOffset.UTC);
                    UUID thread = store.nextId();
                    UUID message = store.nextId();
                    threads.add(template.thread(), thread);
                    messages.add(template.message(), message, thread, UUID.randomUUID(), at, at);
                    recipients.add(template.message(), message);
                    terms.add(template.message(), message, at);
                    if (i % BATCH == BATCH - 1) {
                        store.flush(threads, messages, recipients, terms);
                    }
                }
                store.flush(threads, messages, recipients, terms);
            }
            store.recount();
        }
    }

    private static List<Template> templates(Connection connection, String subject) throws SQLException {
        List<Template> templates = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT id, thread_id FROM message WHERE subject = '" + subject + "' ORDER BY id")) {
            while (rows.next()) {
                templates.add(new Template(rows.getObject(1, UUID.class), rows.getObject(2, UUID.class)));
            }
        }
        if (templates.isEmpty()) {
            throw new SQLException("there is no mail to make copies of");
        }
        return templates;
    }

    private static int count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM message")) {
            row.next();
            return row.getInt(1);
        }
    }
}
