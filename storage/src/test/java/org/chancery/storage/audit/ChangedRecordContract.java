package org.chancery.storage.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.AuditService;
import org.chancery.core.audit.AuditService.Finding;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Channel;
import org.chancery.core.id.WorkspaceId;
import org.chancery.storage.JooqStore;
import org.chancery.storage.tx.JooqTx;
import org.chancery.testkit.contract.Samples;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever changes the record's table behind our back is found out. */
interface ChangedRecordContract {
    Author AUTHOR = new Author("user", "usr_1", "a@b.example", Channel.API, "tok_1");

    JooqStore store();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind",
                "actor_kind",
                "actor_id",
                "actor_label",
                "channel",
                "token_id",
                "subject",
                "details",
                "previous_hash",
                "hash"
            })
    default void a_character_changed_anywhere_in_a_row_is_found(String column) {
        WorkspaceId workspace = threeEntries();
        String text = Objects.requireNonNull(store().transactions()
                .in(tx -> JooqTx.sql(tx)
                        .fetchOptional(
                                "SELECT " + column + " FROM audit_entry WHERE workspace_id = ? AND seq = 2",
                                of(workspace))
                        .map(row -> row.get(0, String.class))
                        .orElseThrow()));
        for (int i = 0; i < text.length(); i++) {
            char other = (char) (text.charAt(i) ^ 1);
            String changed = text.substring(0, i) + other + text.substring(i + 1);
            set(workspace, column, changed);
            assertInstanceOf(Finding.Broken.class, verified(workspace), changed);
        }
        set(workspace, column, text.substring(1));
        assertInstanceOf(Finding.Broken.class, verified(workspace), "shortened");
        set(workspace, column, "");
        assertInstanceOf(Finding.Broken.class, verified(workspace), "emptied");
        set(workspace, column, text);
        assertInstanceOf(Finding.Intact.class, verified(workspace), "as it was");
    }

    @Test
    default void a_changed_time_or_a_token_taken_away_is_found() {
        WorkspaceId workspace = threeEntries();
        set(workspace, "token_id", null);
        assertEquals(new Finding.Broken(2, "does not have the hash of what it tells"), verified(workspace));
        set(workspace, "token_id", "tok_1");
        execute(
                "UPDATE audit_entry SET at = at + INTERVAL '1' SECOND WHERE workspace_id = ? AND seq = 2",
                of(workspace));
        assertEquals(new Finding.Broken(2, "does not have the hash of what it tells"), verified(workspace));
    }

    @Test
    default void a_row_that_is_taken_out_put_elsewhere_or_cut_off_is_found() {
        WorkspaceId middle = threeEntries();
        execute("DELETE FROM audit_entry WHERE workspace_id = ? AND seq = 2", of(middle));
        assertEquals(new Finding.Broken(2, "is missing"), verified(middle));

        WorkspaceId moved = threeEntries();
        execute("UPDATE audit_entry SET seq = 9 WHERE workspace_id = ? AND seq = 2", of(moved));
        assertEquals(new Finding.Broken(2, "is missing"), verified(moved));

        WorkspaceId others = threeEntries();
        execute(
                "UPDATE audit_entry SET workspace_id = ? WHERE workspace_id = ? AND seq = 3",
                UUID.randomUUID(),
                of(others));
        assertEquals(new Finding.Broken(3, "is missing at the end of the record"), verified(others));

        WorkspaceId last = threeEntries();
        execute("DELETE FROM audit_entry WHERE workspace_id = ? AND seq = 3", of(last));
        assertEquals(new Finding.Broken(3, "is missing at the end of the record"), verified(last));
    }

    @Test
    default void a_head_that_was_moved_is_found() {
        WorkspaceId back = threeEntries();
        execute("UPDATE audit_head SET seq = 2 WHERE workspace_id = ?", of(back));
        assertEquals(new Finding.Broken(3, "is not the one at which the record's head stands"), verified(back));

        WorkspaceId other = threeEntries();
        execute("UPDATE audit_head SET hash = ? WHERE workspace_id = ?", "0".repeat(64), of(other));
        assertEquals(new Finding.Broken(3, "is not the one at which the record's head stands"), verified(other));
    }

    @Test
    default void the_record_of_one_workspace_does_not_pass_for_anothers() {
        WorkspaceId one = threeEntries();
        WorkspaceId empty = Samples.in(store()).workspace.id();
        execute("UPDATE audit_entry SET workspace_id = ? WHERE workspace_id = ?", of(empty), of(one));
        execute("UPDATE audit_head SET workspace_id = ? WHERE workspace_id = ?", of(empty), of(one));
        assertEquals(new Finding.Broken(1, "does not follow the one before it"), verified(empty));
    }

    private WorkspaceId threeEntries() {
        WorkspaceId workspace = Samples.in(store()).workspace.id();
        for (int i = 0; i < 3; i++) {
            AuditEntry entry = new AuditEntry(
                    workspace,
                    Instant.parse("2026-05-15T10:00:00Z"),
                    AuditKind.MESSAGE_QUEUED,
                    AUTHOR,
                    "msg_" + i,
                    Map.of("size", 17, "raw", "ab"));
            store().transactions().run(tx -> store().audit().append(tx, entry));
        }
        return workspace;
    }

    private Finding verified(WorkspaceId workspace) {
        return new AuditService(store().transactions(), store().audit()).verify(workspace, null);
    }

    private void set(WorkspaceId workspace, String column, @Nullable String value) {
        execute("UPDATE audit_entry SET " + column + " = ? WHERE workspace_id = ? AND seq = 2", value, of(workspace));
    }

    private void execute(String sql, @Nullable Object... values) {
        store().transactions().run(tx -> JooqTx.sql(tx).execute(sql, values));
    }

    private static UUID of(WorkspaceId workspace) {
        return workspace.value();
    }
}
