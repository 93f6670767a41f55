package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.chancery.server.endtoend.HoldingMailet.Hold;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail that an admin let out of quarantine is delivered, whatever happens between the decision and the delivery. */
class ReleaseAfterStopTest {

    @Test
    void a_stop_between_decision_and_delivery_loses_nothing(@TempDir Path directory) throws IOException {
        // Behind the screening, so that a mail on its way into quarantine does not come here.
        String shipped = Files.readString(Path.of("..", "conf", "mailetcontainer.xml"));
        String holding = "<mailet match=\"All\" class=\"" + HoldingMailet.class.getName() + "\"/>";
        Path pipeline = Files.writeString(
                directory.resolve("mailetcontainer.xml"),
                shipped.replace(
                        "<mailet match=\"All\" class=\"ResolveHandler\"/>",
                        holding + "<mailet match=\"All\" class=\"ResolveHandler\"/>"));
        Hold first = HoldingMailet.begin();
        try (RunningServer server = RunningServer.on(directory.resolve("data"), Map.of(), pipeline)) {
            server.makeEndpoint("box", ", \"sender_policy\": \"bound_users_only\"");
            String mail = RunningServer.content("zoe@stranger.example", "box@acme.example", "held", "1@x.example", "");
            assertTrue(server.mail("zoe@stranger.example", "box@acme.example", mail)
                    .startsWith("250"));
            String id = server.admin
                    .until(
                            "/v1/api/email/review",
                            answer -> !answer.body().path("quarantined").isEmpty())
                    .body()
                    .path("quarantined")
                    .get(0)
                    .path("id")
                    .asText();
            String user = server.admin.get("/v1/whoami/").text("user_id");
            CompletableFuture<Answer> accepted = CompletableFuture.supplyAsync(() -> server.admin.post(
                    "/v1/api/email/quarantine/" + id + "/accept", "{\"bind_user_id\": \"" + user + "\"}"));
            server.admin.until("/v1/api/email/quarantine/" + id + "/content", answer -> first.held() == 1);
            Answer told = accepted.join().expect(200);
            assertTrue(told.text("note").contains("on its way"), told.body().toString());
            assertTrue(told.body().path("message_id").isNull()
                    || told.body().path("message_id").isMissingNode());

            Hold second = HoldingMailet.begin();
            second.release();
            server.restart();
            String message = server.await("held");
            assertEquals("awaiting_review", server.stateOf(message));
            Answer content = server.admin.until(
                    "/v1/api/email/quarantine/" + id + "/content",
                    answer -> !answer.text("email_message_id").isEmpty()
                            && !answer.body().path("email_message_id").isNull());
            assertEquals(message, content.text("email_message_id"));
            assertEquals(1, server.admin.get("/v1/messages/?limit=100").body().size(), "delivered more than once");
        } finally {
            first.release();
        }
    }
}
