package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.events;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.typesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What was held is pinned by its digest: where the bytes in the store are others, or gone, nothing leaves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PinnedContentTest {
    private Path directory;
    private RunningServer server;
    private Approvals approvals;

    @BeforeAll
    void start(@TempDir Path directory) {
        this.directory = directory;
        server = RunningServer.on(directory);
        approvals = new Approvals(server);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private interface Damage {
        void to(Path file) throws IOException;
    }

    private void fails(String localPart, String subject, Damage damage) throws IOException {
        Client agent = approvals.restricted(approvals.endpoint(localPart), EVERYTHING);
        Answer sent = hold(agent, "client@elsewhere.example", subject);
        String approval = sent.text("approval_id");
        Path file = fileOf(server.admin.get(item(approval)).text("version"));
        byte[] held = Files.readAllBytes(file);
        damage.to(file);
        server.admin.get(item(approval)).expect(200);
        assertEquals("failed", approve(server.admin, approval).expect(200).text("status"));
        // Failed it has, also when the bytes are there again.
        Files.write(file, held);
        assertEquals("failed", approvals.statusOf(sent.text("message_id")));
        assertEquals(List.of("approval.queued", "approval.rejected"), typesOf(events(agent, approval)));
        assertEquals(
                "already_decided", approve(server.admin, approval).expect(409).code());
        assertEquals(List.of(), approvals.arrived(subject));
    }

    private Path fileOf(String digest) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("raw"))) {
            return files.filter(file -> Files.isRegularFile(file)
                            && file.toString().replace("/", "").contains(digest.substring(4)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void changed_bytes_fail_the_approval() throws IOException {
        fails("p.changed", "changed in the store", file -> {
            String mail = Files.readString(file, StandardCharsets.ISO_8859_1);
            assertTrue(mail.contains("proposed"));
            Files.writeString(file, mail.replace("proposed", "agreed on"), StandardCharsets.ISO_8859_1);
        });
    }

    @Test
    void lost_bytes_fail_the_approval() throws IOException {
        fails("p.lost", "lost in the store", Files::delete);
    }
}
