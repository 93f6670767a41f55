package org.chancery.core.endpoint;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.chancery.core.access.Workspace;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.WorkspaceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPartsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Workspace OWN = new Workspace(WorkspaceId.at(NOW), "Own", "own.example", "", NOW);
    private static final Workspace SHARED = new Workspace(WorkspaceId.at(NOW), "Shared", "all.example", "acme", NOW);

    @ParameterizedTest
    @ValueSource(strings = {"sales", "sales.eu", "a", "q_a", "team-7", "0800"})
    void a_lower_case_dot_atom_can_be_an_endpoint(String localPart) {
        assertDoesNotThrow(() -> LocalParts.check(localPart, OWN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", ".a", "a.", "a..b", "Sales", "a b", "a@b", "a+b", "a%b", "a!b", "a/b", "a\r\n", "\"a\"",
                "münchen", "sales-"
            })
    void anything_else_cannot(String localPart) {
        CallerFault fault = assertThrows(CallerFault.class, () -> LocalParts.check(localPart, OWN));
        assertEquals("/localpart", fault.pointer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"postmaster", "abuse", "mailer-daemon", "noreply", "bounces"})
    void reserved_names_cannot(String localPart) {
        CallerFault fault = assertThrows(CallerFault.class, () -> LocalParts.check(localPart, OWN));
        assertEquals("reserved", fault.code());
    }

    @Test
    void the_slug_counts_towards_the_length() {
        String sixty = "a".repeat(60);
        assertDoesNotThrow(() -> LocalParts.check(sixty, OWN));
        assertThrows(CallerFault.class, () -> LocalParts.check(sixty, SHARED));
    }
}
