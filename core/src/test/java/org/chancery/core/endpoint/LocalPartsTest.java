package org.chancery.core.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.access.Workspace;
import org.chancery.core.id.WorkspaceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPartsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Workspace OWN = new Workspace(WorkspaceId.at(NOW), "Own", "own.example", "", NOW);
    private static final Workspace SHARED = new Workspace(WorkspaceId.at(NOW), "Shared", "all.example", "acme", NOW);

    private static final Workspace OTHER = new Workspace(WorkspaceId.at(NOW), "Other", "all.example", "big-acme", NOW);
    private static final Workspace WHOLE = new Workspace(WorkspaceId.at(NOW), "Whole", "all.example", "", NOW);
    private static final List<Workspace> ALL = List.of(OWN, SHARED, OTHER, WHOLE);

    private static Optional<String> code(String localPart, Workspace workspace) {
        return LocalParts.wrong(localPart, workspace, ALL).map(LocalParts.Wrong::code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sales", "sales.eu", "a", "q_a", "team-7", "0800", "post", "sales-acme"})
    void a_lower_case_dot_atom_can_be_an_endpoint(String localPart) {
        assertEquals(Optional.empty(), code(localPart, OWN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", ".a", "a.", "a..b", "Sales", "a b", "a@b", "a+b", "a%b", "a!b", "a/b", "a\r\n", "\"a\"",
                "münchen", "sales-"
            })
    void anything_else_cannot(String localPart) {
        assertEquals(Optional.of("invalid"), code(localPart, OWN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postmaster", "abuse", "mailer-daemon", "noreply", "do-not-reply", "bounces"})
    void reserved_names_cannot(String localPart) {
        assertEquals(Optional.of("reserved"), code(localPart, OWN));
        assertEquals(Optional.of("reserved"), code(localPart, SHARED));
    }

    @ParameterizedTest
    @CsvSource({"mailer, daemon", "no, reply", "do-not, reply", "do, not-reply"})
    void reserved_names_are_not_put_together_with_the_slug_either(String localPart, String slug) {
        Workspace workspace = new Workspace(WorkspaceId.at(NOW), "Slug", "all.example", slug, NOW);
        List<Workspace> all = List.of(workspace);

        assertEquals(
                Optional.of("reserved"),
                LocalParts.wrong(localPart, workspace, all).map(LocalParts.Wrong::code));
        assertEquals(Optional.empty(), LocalParts.wrong("sales", workspace, all));
    }

    @Test
    void the_slug_counts_towards_the_length() {
        String sixty = "a".repeat(60);
        assertEquals(Optional.empty(), code(sixty, OWN));
        assertEquals(Optional.of("invalid"), code(sixty, SHARED));
    }

    @Test
    void nobody_can_have_an_address_that_reads_as_if_it_were_of_another_workspace() {
        assertEquals(Optional.of("invalid"), code("sales-acme", WHOLE), "sales-acme@ is of acme");
        assertEquals(Optional.of("invalid"), code("sales-big", SHARED), "sales-big-acme@ is of big-acme");
        assertEquals(Optional.empty(), code("sales", SHARED));
        assertEquals(Optional.empty(), code("sales", OTHER));
        assertEquals(Optional.empty(), code("sales", WHOLE));
        assertEquals(Optional.empty(), code("acme", WHOLE), "nothing stands before the slug");
    }
}
