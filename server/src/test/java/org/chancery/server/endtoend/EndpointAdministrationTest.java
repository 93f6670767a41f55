package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.chancery.server.endtoend.HoldingMailet.Hold;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What admins set of an endpoint acts on the next mail: mail in by SMTP, looked at by HTTP. */
class EndpointAdministrationTest {
    private static final String ENDPOINTS = "/v1/api/email/endpoints";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.on(directory.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Answer change(String id, String json) {
        return server.admin.patch(ENDPOINTS + "/" + id, json).expect(200);
    }

    private static JsonNode shown(String id) {
        return server.admin.get(ENDPOINTS + "/" + id).expect(200).body();
    }

    private static String say(String recipient, String subject) {
        return server.mail(
                "ada@customer.example",
                recipient,
                RunningServer.content(
                        "Ada <ada@customer.example>",
                        recipient,
                        subject,
                        subject.replace(' ', '-') + "@customer.example",
                        ""));
    }

    @Test
    void the_plane_and_the_agent_say_whose_turn_it_is() {
        String id = server.makeEndpoint("planes", "");
        assertEquals("awaiting_review", server.stateOf(server.receive("planes@acme.example", "light plane")));

        change(id, "{\"plane\": \"agent\"}");
        String orphan = server.receive("planes@acme.example", "no agent yet");
        assertEquals("unrouted", server.stateOf(orphan));

        change(id, "{\"agent_id\": \"" + server.makeAgent() + "\"}");
        assertEquals("routed", server.stateOf(server.receive("planes@acme.example", "an agent now")));

        change(id, "{\"plane\": \"light\", \"agent_id\": null}");
        assertEquals("awaiting_review", server.stateOf(server.receive("planes@acme.example", "light again")));
    }

    @Test
    void a_disabled_endpoint_asks_senders_to_try_later_from_the_next_mail_on() {
        String id = server.makeEndpoint("switched", "");
        server.receive("switched@acme.example", "while enabled");

        change(id, "{\"enabled\": false}");
        assertTrue(say("switched@acme.example", "while disabled").startsWith("450 4.2.1"));
        assertTrue(say("switched+tag@acme.example", "tagged").startsWith("450 4.2.1"));

        change(id, "{\"enabled\": true}");
        assertTrue(say("switched@acme.example", "enabled again").startsWith("250"));
    }

    @Test
    void a_reply_policy_governs_the_next_reply() {
        String id = server.makeAgentEndpoint("policies", "never_reply", "");
        Client agent = server.agentOf(id);
        String message = server.receive("policies@acme.example", "a policy");
        String reply = "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"Here.\"}";

        assertEquals(
                "replies_not_allowed",
                agent.post("/v1/messages/", reply).expect(403).text("code"));
        change(id, "{\"reply_policy\": \"human_review\"}");
        assertEquals("draft", agent.post("/v1/messages/", reply).expect(202).text("status"));
        change(id, "{\"reply_policy\": \"always_reply\"}");
        String second = server.receive("policies@acme.example", "another policy");
        assertEquals(
                "queued",
                agent.post("/v1/messages/", "{\"reply_to_message_id\": \"" + second + "\", \"text_body\": \"Here.\"}")
                        .expect(202)
                        .text("status"));
    }

    @Test
    void limits_of_turns_hold_for_the_next_mail() {
        String id = server.makeAgentEndpoint("turns", "human_review", "");
        assertEquals("routed", server.stateOf(server.receive("turns@acme.example", "first turn")));

        change(id, "{\"max_turns_per_sender_day\": 1}");
        assertEquals("awaiting_review", server.stateOf(server.receive("turns@acme.example", "one too many")));
        change(id, "{\"max_turns_per_sender_day\": 20, \"max_turns_per_day\": 2}");
        assertEquals("routed", server.stateOf(server.receive("turns@acme.example", "second turn")));
        assertEquals("awaiting_review", server.stateOf(server.receive("turns@acme.example", "the day is full")));
    }

    @Test
    void counters_follow_what_happens() {
        String id = server.makeAgentEndpoint("counted", "human_review", "");
        Client agent = server.agentOf(id);
        assertEquals("[0,0,0,0,null]", counters(id));

        String first = server.receive("counted@acme.example", "to be counted");
        assertTrue(counters(id).startsWith("[1,0,0,0,\""), counters(id));
        agent.post("/v1/messages/", "{\"reply_to_message_id\": \"" + first + "\", \"text_body\": \"Draft.\"}")
                .expect(202);
        assertTrue(counters(id).startsWith("[1,0,1,0,"), counters(id));
        server.admin
                .post("/v1/api/email/messages/" + first + "/reply", "{\"text\": \"Sent.\"}")
                .expect(200);
        assertTrue(counters(id).startsWith("[1,1,0,0,"), counters(id));

        change(id, "{\"agent_id\": null}");
        String second = server.receive("counted@acme.example", "without an agent");
        assertTrue(counters(id).startsWith("[2,1,0,1,"), counters(id));
        server.admin.post("/v1/api/email/messages/" + second + "/discard", "{}").expect(200);
        assertTrue(counters(id).startsWith("[2,1,0,0,"), counters(id));
    }

    private static String counters(String id) {
        JsonNode endpoint = shown(id);
        return "[" + endpoint.get("received") + "," + endpoint.get("replied") + "," + endpoint.get("awaiting_review")
                + "," + endpoint.get("unrouted") + "," + endpoint.get("last_occurred_at") + "]";
    }

    @Test
    void a_removed_address_is_unknown_at_once_and_all_that_was_there_is_found() throws IOException {
        String id = server.makeAgentEndpoint("leaving", "human_review", "");
        String token = server.makeToken(id, "email:read", "email:send");
        Client agent = server.new Client(token);
        String routed = server.receive("leaving@acme.example", "left routed");
        String drafted = server.receive("leaving@acme.example", "left with a draft");
        agent.post("/v1/messages/", "{\"reply_to_message_id\": \"" + drafted + "\", \"text_body\": \"Draft.\"}")
                .expect(202);
        assertEquals("235", login(token).substring(0, 3));

        Answer removed = server.admin.delete(ENDPOINTS + "/" + id).expect(204);
        assertEquals(0, removed.response().body().length);

        assertTrue(say("leaving@acme.example", "too late").startsWith("550 5.1.1"));
        server.admin.get(ENDPOINTS + "/" + id).expect(404);
        agent.get("/v1/messages/").expect(401);
        assertEquals("535", login(token).substring(0, 3), "nor by SMTP");
        for (String message : new String[] {routed, drafted}) {
            assertEquals("handled", server.stateOf(message));
            server.admin.get("/v1/api/email/messages/" + message + "/content").expect(200);
            server.admin.get("/v1/messages/" + message + "/raw/").expect(200);
        }
        Answer activity = server.admin
                .get("/v1/api/email/activity?endpoint_id=" + id + "&state=handled")
                .expect(200);
        assertEquals(2, activity.body().path("total").asInt());

        String again = server.makeEndpoint("leaving", "");
        assertEquals("awaiting_review", server.stateOf(server.receive("leaving@acme.example", "welcome back")));
        assertEquals(1, shown(again).get("received").asInt());
    }

    private static String login(String token) throws IOException {
        try (SmtpClient client = SmtpClient.connect(server.port("submission"))) {
            client.greet();
            String plain = Base64.getEncoder()
                    .encodeToString(("\0leaving@acme.example\0" + token).getBytes(StandardCharsets.UTF_8));
            return client.command("AUTH PLAIN " + plain);
        }
    }

    @Test
    void the_outbound_mailbox_is_renamed_and_return_paths_of_before_go_on() {
        String mailbox = server.admin
                .get(ENDPOINTS)
                .body()
                .path("endpoints")
                .get(0)
                .path("id")
                .asText();
        Answer sent = server.admin.post("/v1/messages/", """
                        {"inbox_id": "%s", "to": [{"email": "ada@customer.example"}], "subject": "before the name changed",
                         "text_body": "Hello."}""".formatted(mailbox)).expect(202);
        ReceivedMail arrived = arrived("before the name changed");

        server.admin
                .patch("/v1/api/email/workspace-mailbox", "{\"localpart\": \"hello\"}")
                .expect(200);

        assertTrue(say("hello@acme.example", "to the new name").startsWith("250"));
        assertTrue(say("mail@acme.example", "to the old name").startsWith("250"), "it stands in mails of before");
        assertEquals("unrouted", server.stateOf(server.await("to the new name")));
        assertEquals("unrouted", server.stateOf(server.await("to the old name")));
        String bounce = RunningServer.content(
                "mailer-daemon@customer.example", arrived.reversePath(), "returned", "r@c.example", "");
        assertTrue(server.mail(null, arrived.reversePath(), bounce).startsWith("250"));
        assertEquals("handled", server.stateOf(server.await("returned")));
        assertEquals(
                "delivered",
                server.admin
                        .until(
                                "/v1/messages/" + sent.text("message_id") + "/",
                                answer -> !answer.text("status").equals("sending"))
                        .text("status"));
        assertEquals(
                400,
                server.admin
                        .patch("/v1/api/email/workspace-mailbox", "{\"localpart\": \"abuse\"}")
                        .status());
        server.admin
                .patch("/v1/api/email/workspace-mailbox", "{\"localpart\": \"mail\"}")
                .expect(200);
        assertTrue(server.makeEndpoint("hello", "").startsWith("inb_"), "whoever wants the former name gets it");
    }

    private static ReceivedMail arrived(String subject) {
        long end = System.nanoTime() + RunningServer.PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            for (ReceivedMail mail : server.peer.mails()) {
                if (mail.content().text().contains(subject)) {
                    return mail;
                }
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("nothing arrived: " + subject);
    }

    @Test
    void mail_that_is_under_way_when_its_endpoint_is_removed_is_for_the_admins(@TempDir Path own) throws IOException {
        String shipped = Files.readString(Path.of("..", "conf", "mailetcontainer.xml"));
        String hold = "<mailet match=\"All\" class=\"" + HoldingMailet.class.getName() + "\"/>";
        for (String step : new String[] {"ResolveHandler", "DeliverToMailbox"}) {
            String line = "<mailet match=\"All\" class=\"" + step + "\"/>";
            Path pipeline = Files.writeString(own.resolve(step + ".xml"), shipped.replace(line, hold + line));
            Hold held = HoldingMailet.begin();
            try (RunningServer other = RunningServer.on(own.resolve(step), Map.of(), pipeline)) {
                Client acme = other.admin;
                String id = other.makeEndpoint("leaving", "");
                String content = RunningServer.content(
                        "ada@customer.example", "leaving@acme.example", "under way", "w@customer.example", "");
                assertTrue(other.mail("ada@customer.example", "leaving@acme.example", content)
                        .startsWith("250"));
                acme.until("/health/live", answer -> held.held() == 1);
                acme.delete(ENDPOINTS + "/" + id).expect(204);
                held.release();

                String message = other.await("under way");
                assertEquals("unrouted", other.stateOf(message), "before " + step);
                Answer review = acme.get("/v1/api/email/review").expect(200);
                assertEquals(1, review.body().at("/counts/unrouted").asInt());
                assertEquals(
                        "mail",
                        review.body().at("/unrouted/0/endpoint_localpart").asText());
            }
        }
    }
}
