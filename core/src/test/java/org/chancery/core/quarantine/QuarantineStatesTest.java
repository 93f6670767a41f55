package org.chancery.core.quarantine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The diagram in {@code docs/states} is what the types allow; run with {@code -Ddiagrams.write=true} to write it anew. */
class QuarantineStatesTest {
    private static final Path DIAGRAM = Path.of("..", "docs", "states", "quarantine.puml");

    @Test
    void the_diagram_of_quarantined_mail_is_up_to_date() throws IOException {
        List<Class<?>> states = Arrays.asList(Quarantined.class.getPermittedSubclasses());
        String diagram = states.stream()
                .flatMap(state -> Arrays.stream(state.getDeclaredMethods())
                        .filter(move -> states.contains(move.getReturnType()))
                        .map(move -> arrow(state, move)))
                .sorted()
                .collect(Collectors.joining("\n", "@startuml\n", "\n@enduml\n"));
        if (Boolean.getBoolean("diagrams.write")) {
            Files.writeString(DIAGRAM, diagram);
        }
        assertEquals(Files.readString(DIAGRAM), diagram);
    }

    @Test
    void a_state_is_spelled_as_its_type_is_named() {
        assertEquals(
                List.of("pending", "accepted", "rejected"),
                Stream.of(Quarantined.Pending.STATE, Quarantined.Accepted.STATE, Quarantined.Rejected.STATE)
                        .toList());
    }

    private static String arrow(Class<?> from, Method move) {
        return name(from) + " --> " + name(move.getReturnType()) + " : " + move.getName();
    }

    private static String name(Class<?> state) {
        return state.getSimpleName().toLowerCase(Locale.ROOT);
    }
}
