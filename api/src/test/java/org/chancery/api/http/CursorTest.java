package org.chancery.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import org.chancery.core.id.WorkspaceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
    private static final WorkspaceId OURS = WorkspaceId.at(Instant.EPOCH);
    private static final WorkspaceId THEIRS = WorkspaceId.at(Instant.EPOCH);

    @Test
    void a_cursor_leads_back_to_its_place() {
        String cursor = Cursor.seal("events", OURS, "17");

        assertEquals(Optional.of("17"), Cursor.open("events", OURS, cursor));
    }

    @Test
    void a_cursor_is_good_in_its_list_and_workspace_only() {
        String cursor = Cursor.seal("events", OURS, "17");

        assertEquals(Optional.empty(), Cursor.open("agents", OURS, cursor));
        assertEquals(Optional.empty(), Cursor.open("events", THEIRS, cursor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "!!!", "AAAA", "MTc", "AAAAAAAAAAAxNw"})
    void what_is_no_cursor_opens_nothing(String text) {
        assertEquals(Optional.empty(), Cursor.open("events", OURS, text));
    }
}
