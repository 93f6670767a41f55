package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.ScriptedDns;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.chancery.testkit.peer.Stall;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code delivery.mode = mx}: to the recipients' own servers, as the DNS names them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MxDeliveryTest {
    private final ScriptedDns dns = ScriptedDns.start()
            .mx("customer.example", 10, "mx.customer.example")
            .a("mx.customer.example", "127.0.0.1")
            .nullMx("silent.example")
            .mx("backed.example", 20, "acme.example")
            .a("acme.example", "127.0.0.1");
    private RunningServer server;
    private String inbox;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(
                directory,
                Map.of(Keys.DELIVERY_MODE, "mx", Keys.DNS_SERVERS, dns.hostPort(), Keys.DELIVERY_CONCURRENCY, "1"));
        inbox = server.makeEndpoint("sales", "");
    }

    @AfterAll
    void stop() {
        server.close();
        dns.close();
    }

    @Test
    void mail_goes_to_the_exchanger_of_its_recipients_domain() {
        Answer message = sent("bob@customer.example", "to a customer", "delivered");
        ReceivedMail mail = server.peer.awaitMail(1, RunningServer.PATIENCE).getFirst();
        assertEquals(List.of("bob@customer.example"), mail.recipients());
        assertEquals("acme.example", mail.helo());
        assertTrue(
                message.body().path("deliveries").toString().contains("250"),
                message.body().toString());
    }

    @Test
    void mail_to_ourselves_never_asks_the_dns() {
        sent("sales@acme.example", "to ourselves", "delivered");
        server.await("to ourselves");
        assertTrue(dns.queries().stream().noneMatch("acme.example. MX"::equals));
    }

    @Test
    void a_domain_that_takes_no_mail_fails_at_once() {
        Answer message = sent("bob@silent.example", "to nobody", "failed");
        assertTrue(
                message.body().path("deliveries").toString().contains("556 5.1.10"),
                message.body().toString());
    }

    @Test
    void a_domain_whose_exchanger_we_are_is_no_loop() {
        Answer message = sent("bob@backed.example", "in a circle", "failed");
        assertTrue(
                message.body().path("deliveries").toString().contains("554 5.4.6"),
                message.body().toString());
    }

    @Test
    void mails_one_after_another_are_brought_in_one_session_to_the_exchanger_of_several_domains() {
        try (ScriptedSmtpPeer exchanger = ScriptedSmtpPeer.start("127.0.0.2", server.peer.port())) {
            dns.a("mx.shared.example", "127.0.0.2")
                    .mx("one.example", 10, "mx.shared.example")
                    .mx("two.example", 10, "mx.shared.example");
            Stall stall = exchanger.at(Stage.END_OF_DATA).once().stall();
            List<String> all = List.of(
                    post("ada@one.example", "the first"),
                    post("bob@two.example", "the second"),
                    post("eve@one.example", "the third"));
            stall.release();
            all.forEach(id -> await(id, "delivered"));
            assertEquals(3, exchanger.mails().size());
            assertEquals(1, exchanger.sessions());
        }
    }

    private Answer sent(String to, String subject, String status) {
        return await(post(to, subject), status);
    }

    private String post(String to, String subject) {
        return server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", \"to\": [{\"email\": \"" + to + "\"}], \"subject\": \""
                                + subject + "\", \"text_body\": \"Hello.\"}")
                .expect(202)
                .text("message_id");
    }

    private Answer await(String id, String status) {
        return server.admin.until(
                "/v1/messages/" + id + "/", answer -> answer.text("status").equals(status));
    }
}
