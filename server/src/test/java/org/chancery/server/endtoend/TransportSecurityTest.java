package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ScriptedHttpPeer.Reply;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How mail was protected on its way is shown, and what destinations demand (MTA-STS) is met or the mail waits. */
class TransportSecurityTest {
    private static final String POLICY = "version: STSv1\r\nmode: %s\r\nmx: mx.peer.test\r\nmax_age: 604800\r\n";

    private RunningServer server;
    private String inbox = "";

    @BeforeEach
    void start(@TempDir Path directory) {
        server = RunningServer.on(
                directory,
                Map.of(Keys.DELIVERY_MODE, "mx", Keys.DELIVERY_RETRY, "200ms,200ms,200ms,200ms,200ms,200ms,1h"));
        inbox = server.makeEndpoint("sales", "");
        server.dns
                .mx("peer.test", 10, "mx.peer.test")
                .a("mx.peer.test", "127.0.0.1")
                .a("mta-sts.peer.test", "127.0.0.1");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void publish(String mode) {
        server.policies.script(request -> Reply.of(200, POLICY.formatted(mode)).with("Content-Type", "text/plain"));
        server.dns.txt("_mta-sts.peer.test", "v=STSv1; id=" + mode);
    }

    private String send(String subject) {
        return server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", \"to\": [{\"email\": \"bob@peer.test\"}], \"subject\": \""
                                + subject + "\", \"text_body\": \"Hello.\"}")
                .expect(202)
                .text("message_id");
    }

    private static JsonNode delivery(Answer message) {
        return message.body().path("deliveries").path(0);
    }

    private JsonNode delivered(String subject) {
        String id = send(subject);
        return delivery(server.admin.until(
                "/v1/messages/" + id + "/", answer -> answer.text("status").equals("delivered")));
    }

    @Test
    void plain_text_is_shown_as_such() {
        JsonNode delivery = delivered("in plain");
        assertTrue(delivery.path("tls").isNull(), delivery.toString());
        assertTrue(delivery.path("mta_sts").isNull(), delivery.toString());
    }

    @Test
    void tls_and_what_the_certificate_was_worth_are_shown_and_exported() {
        server.peer.withStartTls();
        publish("enforce");
        String id = send("protected");
        JsonNode delivery = delivery(server.admin.until(
                "/v1/messages/" + id + "/", answer -> answer.text("status").equals("delivered")));
        assertTrue(delivery.path("tls").path("protocol").asText().startsWith("TLSv1."), delivery.toString());
        assertTrue(delivery.path("tls").path("cipher").asText().startsWith("TLS_"), delivery.toString());
        assertEquals("verified", delivery.path("tls").path("certificate").asText());
        assertEquals("enforce", delivery.path("mta_sts").asText());
        String evidence = new String(
                server.admin
                        .get("/v1/messages/" + id + "/evidence/")
                        .expect(200)
                        .response()
                        .body(),
                StandardCharsets.UTF_8);
        assertTrue(evidence.contains("mta_sts"), evidence);
    }

    @Test
    void mail_to_a_destination_that_demands_tls_waits_where_there_is_none_also_after_a_restart() {
        publish("enforce");
        String waiting = send("waits");
        String path = "/v1/messages/" + waiting + "/";
        Answer shown = server.admin.until(
                path, answer -> delivery(answer).path("mta_sts").asText().startsWith("enforce: "));
        assertEquals("sending", shown.text("status"), shown.body().toString());
        assertTrue(
                delivery(shown).path("smtp_reply").asText().contains("MTA-STS"),
                shown.body().toString());

        server.dns.nxdomain("_mta-sts.peer.test");
        server.policies.script(request -> Reply.of(404, "gone"));
        server.restart();
        String another = send("waits as well");
        server.admin.until(
                "/v1/messages/" + another + "/",
                answer -> delivery(answer).path("mta_sts").asText().equals("enforce: mx.peer.test offers no TLS"));
        assertEquals(0, server.peer.mails().size());
    }

    @Test
    void each_recipient_is_shown_what_protected_the_mail_for_it() {
        try (ScriptedSmtpPeer second = ScriptedSmtpPeer.start("127.0.0.2", server.peer.port())) {
            second.withStartTls();
            server.dns.mx("peer.test", 20, "mx2.peer.test").a("mx2.peer.test", "127.0.0.2");
            server.peer.at(Stage.RCPT, "eve@").answer("450 4.2.1 later");
            String id = server.admin
                    .post(
                            "/v1/messages/",
                            "{\"inbox_id\": \"" + inbox + "\", \"to\": [{\"email\": \"bob@peer.test\"}, {\"email\":"
                                    + " \"eve@peer.test\"}], \"subject\": \"both\", \"text_body\": \"Hello.\"}")
                    .expect(202)
                    .text("message_id");
            Answer message = server.admin.until(
                    "/v1/messages/" + id + "/", answer -> answer.text("status").equals("delivered"));
            JsonNode bob = message.body().path("deliveries").path(0);
            JsonNode eve = message.body().path("deliveries").path(1);
            assertTrue(bob.path("tls").isNull(), bob.toString());
            assertTrue(eve.path("tls").path("protocol").asText().startsWith("TLSv1."), eve.toString());
            assertEquals(1, server.peer.mails().size());
            assertEquals(1, second.mails().size());
        }
    }

    @Test
    void a_policy_in_its_test_holds_nothing_up() {
        publish("testing");
        JsonNode delivery = delivered("goes all the same");
        assertEquals(
                "testing: mx.peer.test offers no TLS", delivery.path("mta_sts").asText());
    }
}
