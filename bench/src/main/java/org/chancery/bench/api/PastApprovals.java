package org.chancery.bench.api;

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
 * Copies of approvals that people decided, with their mails, threads, recipients and decisions, in a store whose server is stopped.
 * They are older than what waits.
 */
final class PastApprovals {
    private static final int BATCH = 2_000;
    private static final int SECONDS = 60;

    private PastApprovals() {}

    /** One that went the whole way. */
    private record Template(UUID approval, UUID message, UUID thread) {}

    static void copy(Setup setup, int count) throws SQLException {
        try (StoppedStore store = StoppedStore.open(setup)) {
            Connection connection = store.connection();
            List<Template> templates = templates(connection);
            Instant first = Instant.now().minusSeconds((long) count * SECONDS + 3600);
            try (Copying threads = new Copying(connection, "thread", List.of("id"));
                    Copying messages = new Copying(
                            connection,
                            "message",
                            List.of("id", "thread_id", "internet_key", "occurred_at", "state_at"));
                    Copying recipients = new Copying(connection, "message_recipient", List.of("message_id"));
                    Copying approvals = new Copying(connection, "approval", List.of("id", "message_id", "created_at"));
                    Copying decisions = new Copying(connection, "approval_decision", List.of("approval_id"))) {
                for (int i = 0; i < count - templates.size(); i++) {
                    Template template = templates.get(i % templates.size());
                    OffsetDateTime at = first.plusSeconds((long) i * SECONDS).atOffset(ZoneOffset.UTC);
                    UUID thread = store.nextId();
                    UUID message = store.nextId();
                    UUID approval = store.nextId();
                    threads.add(template.thread(), thread);
                    messages.add(template.message(), message, thread, UUID.randomUUID(), at, at);
                    recipients.add(template.message(), message);
                    approvals.add(template.approval(), approval, message, at);
                    decisions.add(template.approval(), approval);
                    if (i % BATCH == BATCH - 1) {
                        store.flush(threads, messages, recipients, approvals, decisions);
                    }
                }
                store.flush(threads, messages, recipients, approvals, decisions);
            }
            store.recount();
        }
    }

    private static List<Template> templates(Connection connection) throws SQLException {
        List<Template> templates = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT approval.id, message.id, message.thread_id FROM approval"
                                + " JOIN message ON message.id = approval.message_id WHERE approval.status = 'executed'"
                                + " ORDER BY approval.id")) {
            while (rows.next()) {
                templates.add(new Template(
                        rows.getObject(1, UUID.class), rows.getObject(2, UUID.class), rows.getObject(3, UUID.class)));
            }
        }
        if (templates.isEmpty()) {
            throw new SQLException("there is no approval to make copies of");
        }
        return templates;
    }
}
