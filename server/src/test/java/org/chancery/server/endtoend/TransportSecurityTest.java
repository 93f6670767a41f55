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
    private static final String POLICY = "version: STSv1\r\nmode: %s\r\nmx: %s\r\nmax_age: 604800\r\n";

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
        publish(mode, "mx.peer.test");
    }

    private void publish(String mode, String mx) {
        server.policies.script(
                request -> Reply.of(200, POLICY.formatted(mode, mx)).with("Content-Type", "text/plain"));
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

    @Test
    void a_certificate_that_does_not_prove_the_name_is_shown_with_what_is_wrong_with_it() {
        server.peer.withStartTls();
        misname();
        JsonNode delivery = delivered("to another name");
        assertEquals("delivered", delivery.path("status").asText());
        assertTrue(delivery.path("tls").path("protocol").asText().startsWith("TLSv1."), delivery.toString());
        assertTrue(delivery.path("tls").path("cipher").asText().startsWith("TLS_"), delivery.toString());
        String certificate = delivery.path("tls").path("certificate").asText();
        assertTrue(certificate.contains("mx.other.example"), certificate);
        assertTrue(delivery.path("mta_sts").isNull(), delivery.toString());
        assertTrue(server.peer.awaitMail(1, RunningServer.PATIENCE).getFirst().tls());
    }

    @Test
    void under_a_policy_in_its_test_what_is_wrong_with_a_certificate_is_told_with_the_policy() {
        server.peer.withStartTls();
        misname();
        publish("testing", "mx.other.example");
        JsonNode delivery = delivered("to another name, tested");
        String certificate = delivery.path("tls").path("certificate").asText();
        assertTrue(certificate.contains("mx.other.example"), certificate);
        assertEquals(
                "testing: the certificate of mx.other.example: " + certificate,
                delivery.path("mta_sts").asText());
    }

    @Test
    void under_an_enforced_policy_a_certificate_for_another_name_holds_the_mail_up() {
        server.peer.withStartTls();
        misname();
        publish("enforce", "mx.other.example");
        Answer waiting = waiting("not to another name", "enforce: 451 4.7.5 no TLS with mx.other.example");
        String reply = delivery(waiting).path("smtp_reply").asText();
        assertEquals("enforce: " + reply, delivery(waiting).path("mta_sts").asText());
        assertTrue(delivery(waiting).path("tls").isNull(), waiting.body().toString());
    }

    @Test
    void under_an_enforced_policy_a_host_that_it_does_not_name_gets_no_mail() {
        server.peer.withStartTls();
        publish("enforce", "mail.peer.test");
        Answer waiting = waiting("not to that host", "enforce: none of the mail exchangers is one of its hosts");
        assertEquals(
                "451 4.7.5 the policy of peer.test (MTA-STS) names none of its hosts",
                delivery(waiting).path("smtp_reply").asText());
        assertEquals(0, server.peer.sessions());
    }

    /** The first host of the domain is one for which the peer's certificate is not made out. */
    private void misname() {
        server.dns.mx("peer.test", 5, "mx.other.example").a("mx.other.example", "127.0.0.1");
    }

    /** Sends a mail, and waits until that is said of how it was protected; it has not left. */
    private Answer waiting(String subject, String said) {
        String id = send(subject);
        Answer waiting = server.admin.until(
                "/v1/messages/" + id + "/",
                answer -> delivery(answer).path("mta_sts").asText().startsWith(said));
        assertEquals("sending", waiting.text("status"));
        assertEquals("pending", delivery(waiting).path("status").asText());
        assertEquals(0, server.peer.mails().size());
        assertTrue(server.peer.commands().stream().noneMatch(command -> command.startsWith("MAIL")));
        return waiting;
    }
}
