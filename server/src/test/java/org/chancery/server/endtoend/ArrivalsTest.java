package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.chancery.testkit.peer.Stage;
import org.chancery.testkit.peer.Stall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That many tests say rightly that something did not leave: {@link Approvals#arrived} sees what is slow to leave, too. */
class ArrivalsTest {
    @Test
    void what_is_on_its_way_is_waited_for(@TempDir Path directory) {
        try (RunningServer server = RunningServer.on(directory)) {
            Approvals approvals = new Approvals(server);
            Stall stall = server.peer.at(Stage.END_OF_DATA).once().stall();
            String inbox = server.makeEndpoint("slow", "");
            server.admin
                    .post(
                            "/v1/messages/",
                            "{\"inbox_id\": \"" + inbox + "\", "
                                    + Approvals.mail("client@elsewhere.example", "slow to leave")
                                            .substring(1))
                    .expect(202);
            server.peer.awaitStage(Stage.END_OF_DATA, 1, RunningServer.PATIENCE);
            Thread.ofVirtual().start(() -> {
                // What is sent to find out has arrived by then, and what is looked for has not.
                server.peer.awaitMail(1, RunningServer.PATIENCE);
                stall.release();
            });
            assertEquals(1, approvals.arrived("slow to leave").size());
        }
    }
}
