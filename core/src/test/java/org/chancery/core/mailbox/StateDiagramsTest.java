package org.chancery.core.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chancery.core.approval.ApprovalStatus;
import org.junit.jupiter.api.Test;

/** The diagrams in {@code docs/states} are what the code says; run with {@code -Ddiagrams.write=true} to write them anew. */
class StateDiagramsTest {
    private static final Path STATES = Path.of("..", "docs", "states");

    @Test
    void the_diagram_of_inbound_messages_is_up_to_date() throws IOException {
        check("inbound-message.puml", diagram(HandlingState.values(), HandlingState::text, HandlingState::next));
    }

    @Test
    void the_diagram_of_outbound_messages_is_up_to_date() throws IOException {
        check("outbound-message.puml", diagram(OutboundStatus.values(), OutboundStatus::text, OutboundStatus::next));
    }

    @Test
    void the_diagram_of_approvals_is_up_to_date() throws IOException {
        check("approval.puml", diagram(ApprovalStatus.values(), ApprovalStatus::text, ApprovalStatus::next));
    }

    private static <S> String diagram(S[] states, Function<S, String> text, Function<S, ? extends Collection<S>> next) {
        return Arrays.stream(states)
                .flatMap(state -> next.apply(state).stream().map(to -> text.apply(state) + " --> " + text.apply(to)))
                .collect(Collectors.joining("\n", "@startuml\n", "\n@enduml\n"));
    }

    private static void check(String file, String diagram) throws IOException {
        Path path = STATES.resolve(file);
        if (Boolean.getBoolean("diagrams.write")) {
            Files.createDirectories(STATES);
            Files.writeString(path, diagram);
        }
        assertEquals(Files.readString(path), diagram);
    }
}
