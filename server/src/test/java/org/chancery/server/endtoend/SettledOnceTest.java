package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettledOnceTest {

    /** One recipient breaks the mail, so that all of it is tried again, under other policies than before. */
    @Test
    void what_was_confined_is_not_delivered_by_a_later_try_and_what_was_delivered_is_not_confined(
            @TempDir Path directory) throws IOException {
        String shipped = Files.readString(Path.of("..", "conf", "mailetcontainer.xml"));
        String deliver = "<mailet match=\"All\" class=\"DeliverToMailbox\"/>";
        String poisonous =
                "<mailet match=\"RecipientIs=box@acme.example\" class=\"" + BreakingMailet.class.getName() + "\"/>";
        Path pipeline = Files.writeString(
                directory.resolve("mailetcontainer.xml"), shipped.replace(deliver, deliver + poisonous));
        try (RunningServer server = RunningServer.on(directory.resolve("data"), Map.of(), pipeline)) {
            server.makeEndpoint("box", "");
            String open = server.makeEndpoint("open", "");
            String closed = server.makeEndpoint("closed", ", \"sender_policy\": \"bound_users_only\"");
            send(server, "open", "closed", "box");
            Answer review = server.admin.until(
                    "/v1/api/email/review", answer -> held(answer).size() == 1);
            String held = held(review).get(0).path("id").asText();
            server.await("poison");
            String delivered = at(server, open).getFirst();
            server.admin
                    .post("/v1/api/email/quarantine/" + held + "/reject", "{}")
                    .expect(200);
            policy(server, closed, "anyone");
            policy(server, open, "bound_users_only");

            server.admin.until(
                    "/v1/api/email/messages/" + delivered + "/trace",
                    answer -> answer.body().findValuesAsText("mailet").contains("Confine"));
            assertEquals(
                    0,
                    held(server.admin.get("/v1/api/email/review").expect(200)).size());
            assertEquals(List.of(), at(server, closed));
            assertEquals(List.of(delivered), at(server, open));
        }
    }

    private static void send(RunningServer server, String... localParts) throws IOException {
        try (SmtpClient client = SmtpClient.connect(server.port("smtp"))) {
            client.greet();
            client.command("MAIL FROM:<ada@customer.example>");
            for (String localPart : localParts) {
                assertTrue(client.command("RCPT TO:<" + localPart + "@acme.example>")
                        .startsWith("250"));
            }
            client.command("DATA");
            client.sendRaw(
                    RunningServer.content("ada@customer.example", "you", "poison", "p@customer.example", "") + ".\r\n");
            assertTrue(client.reply().startsWith("250"));
        }
    }

    private static void policy(RunningServer server, String endpoint, String policy) {
        server.admin
                .patch("/v1/api/email/endpoints/" + endpoint, "{\"sender_policy\": \"" + policy + "\"}")
                .expect(200);
    }

    private static JsonNode held(Answer review) {
        return review.body().path("quarantined");
    }

    private static List<String> at(RunningServer server, String endpoint) {
        return server.admin
                .get("/v1/messages/?inbox_id=" + endpoint)
                .expect(200)
                .body()
                .findValuesAsText("message_id");
    }
}
