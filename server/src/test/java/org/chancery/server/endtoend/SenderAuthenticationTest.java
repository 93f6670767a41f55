package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.chancery.server.config.Key;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ScriptedDns;
import org.chancery.testkit.signature.MailSigner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who sent a mail, as the content shows it: mail comes by SMTP, what its domain publishes by DNS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SenderAuthenticationTest {
    private static final String HERE = "sales@acme.example";
    private static final MailSigner GOOD = MailSigner.rsa("good.example", 2048);
    private static final MailSigner MODERN = MailSigner.ed25519("good.example");
    private static final MailSigner LIST = MailSigner.rsa("list.example", 1024);

    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, Map.of(Keys.SMTP_HOSTNAME, "mx.acme.example"));
        server.makeEndpoint("sales", "");
        GOOD.publish(server.dns::txt);
        MODERN.publish(server.dns::txt);
        LIST.publish(server.dns::txt);
        server.dns
                .txt("good.example", "v=spf1 ip4:127.0.0.1 -all")
                .txt("_dmarc.good.example", "v=DMARC1; p=reject")
                .txt("strict.example", "v=spf1 exp=why.strict.example -all")
                .txt("why.strict.example", "%{i} is none of ours");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String content(String from, String subject) {
        return RunningServer.content("<" + from + ">", HERE, subject, subject.replace(' ', '-') + "@test.example", "");
    }

    private JsonNode sent(@Nullable String reversePath, String content, String subject) {
        return sent(server, reversePath, content, subject).path("authentication");
    }

    /** The content of a mail that was sent, wherever it ended: in the mailbox, or in quarantine. */
    private static JsonNode sent(RunningServer server, @Nullable String reversePath, String content, String subject) {
        String reply = server.mail(reversePath, HERE, content);
        assertTrue(reply.startsWith("250"), reply);
        long end = System.nanoTime() + RunningServer.PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            for (JsonNode message : server.admin.get("/v1/messages/?limit=100").body()) {
                if (message.path("subject").asText().equals(subject)) {
                    return content(
                            server, "messages/" + message.path("message_id").asText());
                }
            }
            for (JsonNode held : server.admin.get("/v1/api/email/review").body().path("quarantined")) {
                if (held.path("subject").asText().equals(subject)) {
                    return content(server, "quarantine/" + held.path("id").asText());
                }
            }
        }
        throw new AssertionError("never came: " + subject);
    }

    private static JsonNode content(RunningServer server, String mail) {
        return server.admin
                .get("/v1/api/email/" + mail + "/content")
                .expect(200)
                .body();
    }

    private static void assertWords(String expected, JsonNode authentication) {
        assertEquals(
                expected,
                "spf=" + authentication.path("spf").asText() + " dkim="
                        + authentication.path("dkim").asText() + " dmarc="
                        + authentication.path("dmarc").asText() + " arc="
                        + authentication.path("arc").asText(),
                authentication::toString);
    }

    @Test
    void all_of_a_good_mail_passes() {
        String mail = MODERN.sign(GOOD.sign(content("ann@good.example", "all good")));
        JsonNode authentication = sent("ann@good.example", mail, "all good");
        assertWords("spf=pass dkim=pass dmarc=pass arc=none", authentication);
        JsonNode details = authentication.path("details");
        assertEquals("127.0.0.1", details.path("spf").path("client").asText());
        assertEquals("mailfrom", details.path("spf").path("identity").asText());
        assertEquals(2, details.path("dkim").size());
        assertEquals(
                "ed25519-sha256", details.path("dkim").path(0).path("algorithm").asText());
        assertEquals("none", details.path("dmarc").path("applied_policy").asText());
        String header = authentication.path("header").asText();
        assertTrue(
                header.startsWith(
                        "mx.acme.example; spf=pass reason=\"ip4:127.0.0.1 matches\" smtp.mailfrom=good.example;"),
                header);
        assertTrue(header.contains("dmarc=pass") && header.contains("header.from=good.example"), header);
    }

    @Test
    void a_client_that_may_not_send_for_the_domain_fails_spf() {
        JsonNode authentication = sent("ann@strict.example", content("ann@strict.example", "not ours"), "not ours");
        assertWords("spf=fail dkim=none dmarc=none arc=none", authentication);
        assertEquals(
                "-all matches; its owner says: 127.0.0.1 is none of ours",
                authentication.path("details").path("spf").path("reason").asText());
    }

    @Test
    void a_changed_body_breaks_the_signature() {
        String mail = GOOD.sign(content("ann@good.example", "changed")).replace("Hello", "Hi");
        JsonNode authentication = sent("ann@good.example", mail, "changed");
        assertWords("spf=pass dkim=fail dmarc=pass arc=none", authentication);
        assertEquals(
                "the body was changed",
                authentication
                        .path("details")
                        .path("dkim")
                        .path(0)
                        .path("reason")
                        .asText());
    }

    @ParameterizedTest
    @CsvSource({
        "none, none",
        "quarantine, quarantine",
        "reject, reject",
        "reject; pct=0, quarantine",
        "quarantine; pct=0, none"
    })
    void a_forged_originator_fails_dmarc_under_the_policy_of_its_domain(String policy, String applied) {
        String domain = "bank-" + policy.replaceAll("[^a-z0-9]+", "-") + ".example";
        server.dns.txt("_dmarc." + domain, "v=DMARC1; p=" + policy);
        String subject = "pay under " + policy;
        JsonNode authentication = sent("eve@good.example", GOOD.sign(content("ceo@mail." + domain, subject)), subject);
        assertWords("spf=pass dkim=pass dmarc=fail arc=none", authentication);
        JsonNode dmarc = authentication.path("details").path("dmarc");
        assertEquals("mail." + domain, dmarc.path("from_domain").asText());
        assertEquals(domain, dmarc.path("policy_domain").asText());
        assertEquals(applied, dmarc.path("applied_policy").asText());
    }

    @Test
    void two_originators_never_pass() {
        String mail = GOOD.sign(content("ann@good.example", "two of us"))
                .replace("From: <ann@good.example>", "From: <ann@good.example>, <bob@good.example>");
        assertEquals(
                "permerror",
                sent("ann@good.example", mail, "two of us").path("dmarc").asText());
    }

    @Test
    void trouble_with_dns_is_neither_a_pass_nor_a_failure() {
        MailSigner away = MailSigner.ed25519("away.example");
        server.dns.servfail("away.example").servfail(away.keyName()).servfail("_dmarc.away.example");
        JsonNode authentication =
                sent("ann@away.example", away.sign(content("ann@away.example", "nobody answers")), "nobody answers");
        assertWords("spf=temperror dkim=temperror dmarc=temperror arc=none", authentication);
        assertEquals(
                "none",
                authentication
                        .path("details")
                        .path("dmarc")
                        .path("applied_policy")
                        .asText());
    }

    @Test
    void other_mail_passes_one_whose_name_servers_are_silent() {
        server.dns.silent("silent.example").silent("_dmarc.silent.example");
        String slow = content("ann@silent.example", "silence");
        assertTrue(server.mail("ann@silent.example", HERE, slow).startsWith("250"));
        String other = content("ann@good.example", "meanwhile");
        assertEquals(
                "pass", sent("ann@good.example", other, "meanwhile").path("spf").asText());
        assertWords(
                "spf=temperror dkim=none dmarc=temperror arc=none",
                sent("ann@silent.example", content("ann@silent.example", "silence again"), "silence again"));
    }

    @Test
    void a_whole_chain_passes_and_outweighs_nothing() {
        server.dns.txt("_dmarc.listed.example", "v=DMARC1; p=none");
        String mail = LIST.seal(content("ann@listed.example", "through a list"), 1, "none");
        JsonNode authentication = sent("bounces@list.example", mail, "through a list");
        assertWords("spf=none dkim=none dmarc=fail arc=pass", authentication);
        assertEquals(
                "list.example",
                authentication
                        .path("details")
                        .path("arc")
                        .path("sealers")
                        .path(0)
                        .asText());
        String broken = mail.replace("through a list", "through a bad list").replace("Hello", "Hi");
        assertWords(
                "spf=none dkim=none dmarc=fail arc=fail", sent("bounces@list.example", broken, "through a bad list"));
    }

    @Test
    void the_name_in_helo_is_judged_where_the_reverse_path_is_null() {
        server.dns.txt("client.test", "v=spf1 ip4:127.0.0.1 -all");
        JsonNode authentication = sent(null, content("postmaster@client.test", "a notice"), "a notice");
        assertEquals("pass", authentication.path("spf").asText());
        JsonNode spf = authentication.path("details").path("spf");
        assertEquals("helo", spf.path("identity").asText());
        assertEquals("client.test", spf.path("domain").asText());
    }

    @Test
    void raw_mail_stays_as_received_whatever_it_claims_of_us() {
        String mail = "Authentication-Results: mx.acme.example; dmarc=pass header.from=strict.example\r\n"
                + content("ann@strict.example", "forged results");
        JsonNode content = sent(server, "ann@strict.example", mail, "forged results");
        assertTrue(content.path("authentication").path("header").asText().startsWith("mx.acme.example; spf=fail"));
        Answer raw = server.admin
                .get("/v1/messages/" + content.path("email_message_id").asText() + "/raw/")
                .expect(200);
        assertArrayEquals(mail.getBytes(StandardCharsets.UTF_8), raw.response().body());
    }

    @Test
    void what_the_step_found_stands_in_the_trace() {
        JsonNode content = sent(server, "ann@good.example", content("ann@good.example", "traced"), "traced");
        // The trace is kept at the end of the pipeline, a moment after the mail is there.
        server.admin.until(
                "/v1/api/email/messages/" + content.path("email_message_id").asText() + "/trace",
                answer -> answer.body().toString().contains("spf=pass dkim=none dmarc=pass arc=none"));
    }

    @Test
    void agents_are_told_with_the_event() {
        sent("ann@strict.example", content("ann@strict.example", "for agents"), "for agents");
        Answer events = server.admin.get("/v1/events/?types=message.received");
        boolean isTold = false;
        for (JsonNode event : events.expect(200).body().path("events")) {
            JsonNode payload = event.path("payload");
            isTold |= payload.path("subject").asText().equals("for agents")
                    && payload.path("authentication").path("spf").asText().equals("fail");
        }
        assertTrue(isTold, () -> String.valueOf(events.body()));
    }

    @Test
    void another_name_server_tells_another_story(@TempDir Path directory) {
        try (ScriptedDns liar = ScriptedDns.start().txt("good.example", "v=spf1 -all")) {
            Map<Key<?>, String> keys = Map.of(Keys.DNS_SERVERS, liar.hostPort());
            try (RunningServer other = RunningServer.on(directory, keys)) {
                other.makeEndpoint("sales", "");
                String mail = content("ann@good.example", "elsewhere");
                JsonNode there = sent(other, "ann@good.example", mail, "elsewhere");
                assertWords("spf=fail dkim=none dmarc=none arc=none", there.path("authentication"));
                assertWords("spf=pass dkim=none dmarc=pass arc=none", sent("ann@good.example", mail, "elsewhere"));
                liar.close();
                assertWords(
                        "spf=temperror dkim=none dmarc=temperror arc=none",
                        sent(other, "ann@new.example", content("ann@new.example", "away"), "away")
                                .path("authentication"));
            }
        }
    }
}
