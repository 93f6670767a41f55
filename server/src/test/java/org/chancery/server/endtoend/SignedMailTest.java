package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.signature.MailSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leaves is signed with the domain's keys (DKIM), and a receiver who asks the DNS finds it good: our own way in. */
class SignedMailTest {
    private static final Pattern ZONE_LINE = Pattern.compile("(\\S+)\\. IN TXT (?:\\( )?(\".*\")(?: \\))?");
    private static final Pattern SELECTOR =
            Pattern.compile("DKIM-Signature: [^;]*; a=([a-z0-9]+)-sha256;[\\s\\S]*?s=([^;]+);");

    private Path directory = Path.of("");
    private RunningServer server;
    private String inbox = "";

    @BeforeEach
    void start(@TempDir Path directory) {
        this.directory = directory;
        server = RunningServer.on(directory);
        inbox = server.makeEndpoint("sales", "");
        server.makeEndpoint("desk", "");
        server.dns.txt("_dmarc.acme.example", "v=DMARC1; p=reject");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Approvals approvals() {
        return new Approvals(server);
    }

    private Answer send(String subject) {
        return server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox
                                + "\", \"to\": [{\"email\": \"bob@customer.example\"}], \"subject\": \"" + subject
                                + "\", \"text_body\": \"Hello, Gr\u00fc\u00dfe  \\n\\n\"}")
                .expect(202);
    }

    private ReceivedMail arrived(String subject) {
        return approvals().awaitArrival(subject).getFirst();
    }

    /** Puts what the operator is shown into the DNS; returns the lines. */
    private List<String> publish(String zone) {
        List<String> lines = zone.lines().filter(line -> !line.startsWith(";")).toList();
        for (String line : lines) {
            Matcher record = ZONE_LINE.matcher(line);
            assertTrue(record.matches(), line);
            for (String string : record.group(2).split("\" \"")) {
                assertTrue(string.length() <= 256, "a string of a TXT record has 255 octets at most");
            }
            server.dns.txt(record.group(1), record.group(2).replace("\" \"", "").replace("\"", ""));
        }
        return lines;
    }

    /** Hands a mail that left to our own way in; what that finds out about its sender. */
    private JsonNode verified(ReceivedMail mail, String subject) {
        String reply = server.mail(
                "sales@acme.example", "desk@acme.example", mail.content().text());
        assertTrue(reply.startsWith("250"), reply);
        Answer list = server.admin.until(
                "/v1/messages/?direction=inbound&limit=100",
                answer -> inbound(answer, subject).isObject());
        return server.admin
                .get("/v1/api/email/messages/"
                        + inbound(list, subject).path("message_id").asText() + "/content")
                .expect(200)
                .body()
                .path("authentication");
    }

    private static JsonNode inbound(Answer list, String subject) {
        for (JsonNode message : list.body()) {
            if (message.path("subject").asText().equals(subject)) {
                return message;
            }
        }
        return list.body().path("none");
    }

    private static List<String> selectors(ReceivedMail mail) {
        List<String> selectors = new ArrayList<>();
        Matcher signature = SELECTOR.matcher(mail.content().text());
        while (signature.find()) {
            selectors.add(signature.group(2));
        }
        return selectors;
    }

    /** One of each kind, in the name of that domain, and both good. */
    private static void assertPasses(String domain, JsonNode authentication) {
        assertEquals("pass", authentication.path("dkim").asText(), authentication.toString());
        assertEquals("pass", authentication.path("dmarc").asText(), authentication.toString());
        List<String> signatures = new ArrayList<>();
        authentication
                .path("details")
                .path("dkim")
                .forEach(one -> signatures.add(one.path("result").asText() + " "
                        + one.path("algorithm").asText() + " "
                        + one.path("domain").asText()));
        assertEquals(
                List.of("pass rsa-sha256 " + domain, "pass ed25519-sha256 " + domain),
                signatures,
                authentication.toString());
    }

    @Test
    void what_leaves_carries_two_signatures_above_the_kept_bytes_and_verifies() {
        String id = send("signed").text("message_id");
        ReceivedMail mail = arrived("signed");
        assertArrayEquals(
                server.admin
                        .get("/v1/messages/" + id + "/raw/")
                        .expect(200)
                        .response()
                        .body(),
                mail.content().unsigned());
        assertTrue(
                mail.content().text().startsWith("DKIM-Signature: v=1; a=rsa-sha256;"),
                mail.content().text());
        assertEquals(2, publish(server.operator("dkim", "show", "acme.example")).size());
        assertPasses("acme.example", verified(mail, "signed"));

        server.admin.until(
                "/v1/messages/" + id + "/", answer -> answer.text("status").equals("delivered"));
        String evidence = new String(
                server.admin
                        .get("/v1/messages/" + id + "/evidence/")
                        .expect(200)
                        .response()
                        .body(),
                StandardCharsets.UTF_8);
        assertTrue(evidence.contains("acme.example " + String.join(" ", selectors(mail))), evidence);
    }

    @Test
    void each_domain_has_keys_of_its_own_which_are_replaced_alone() {
        OwnWorkspace other = OwnWorkspace.on(server);
        String theirs = other.endpoint("sales", "");
        server.dns.txt("_dmarc." + other.domain, "v=DMARC1; p=reject");
        List<String> acmes = publish(server.operator("dkim", "show", "acme.example"));
        List<String> others = publish(server.operator("dkim", "show", other.domain));
        assertTrue(others.stream().allMatch(line -> line.contains("._domainkey." + other.domain + ".")));
        assertTrue(
                others.stream()
                        .map(SignedMailTest::key)
                        .noneMatch(acmes.stream().map(SignedMailTest::key).toList()::contains),
                () -> others + " " + acmes);

        send("of acme");
        sendFrom(other, theirs, "of the other");
        ReceivedMail ours = arrived("of acme");
        ReceivedMail before = arrived("of the other");
        assertPasses("acme.example", verified(ours, "of acme"));
        assertPasses(other.domain, verified(before, "of the other"));

        publish(server.operator("dkim", "rotate", other.domain));
        server.operator("dkim", "activate", other.domain);
        send("of acme again");
        sendFrom(other, theirs, "of the other again");
        ReceivedMail after = arrived("of the other again");
        assertEquals(selectors(ours), selectors(arrived("of acme again")));
        assertTrue(selectors(after).stream().noneMatch(selectors(before)::contains), "they were replaced");
        assertPasses(other.domain, verified(after, "of the other again"));
    }

    private static void sendFrom(OwnWorkspace place, String inbox, String subject) {
        place.owner
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", "
                                + Approvals.mail("bob@customer.example", subject)
                                        .substring(1))
                .expect(202);
    }

    /** The public key in a line of a zone. */
    private static String key(String line) {
        return line.substring(line.indexOf("p=")).replaceAll("[\" ()]", "");
    }

    @Test
    void a_submitted_mail_keeps_the_signature_that_it_had() {
        String token = server.makeToken(inbox, "email:read", "email:send");
        String theirs = MailSigner.ed25519("program.example")
                .sign("From: Sales <sales@acme.example>\r\nTo: bob@customer.example\r\nSubject: their own\r\n"
                        + "Message-ID: <own@acme.example>\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n\r\nHello.\r\n");
        String reply = approvals().submit(token, "sales@acme.example", List.of("bob@customer.example"), theirs.strip());
        assertTrue(reply.startsWith("250"), reply);
        ReceivedMail mail = arrived("their own");
        assertTrue(mail.content().text().endsWith(theirs), mail.content().text());
        publish(server.operator("dkim", "show", "acme.example"));
        JsonNode authentication = verified(mail, "their own");
        assertEquals("pass", authentication.path("dmarc").asText(), authentication.toString());
        assertEquals(3, authentication.path("details").path("dkim").size(), authentication.toString());
    }

    @Test
    void notices_of_our_own_are_signed() {
        server.operator(
                "user", "add", "--workspace", "acme.example", "--email", "rita@people.example", "--role", "admin");
        approvals()
                .restricted(inbox, "[\"email:send\"]")
                .post(
                        "/v1/messages/",
                        "{\"to\": [{\"email\": \"bob@customer.example\"}], \"subject\": \"asks\", \"text_body\": \"x\"}")
                .expect(202);
        ReceivedMail notice = server.peer.awaitMail(1, RunningServer.PATIENCE).getFirst();
        assertEquals(List.of("rita@people.example"), notice.recipients());
        assertEquals(2, selectors(notice).size(), notice.content().text());
    }

    @Test
    void a_rotation_changes_the_signature_only_when_the_dns_shows_the_new_keys() {
        send("before");
        List<String> first = selectors(arrived("before"));
        publish(server.operator("dkim", "show"));

        String next = server.operator("dkim", "rotate", "acme.example");
        String refused = server.operator("dkim", "activate", "acme.example");
        assertTrue(refused.startsWith("chancery: The DNS does not show"), refused);
        send("meanwhile");
        assertEquals(first, selectors(arrived("meanwhile")));

        publish(next);
        server.operator("dkim", "activate", "acme.example");
        send("after");
        ReceivedMail after = arrived("after");
        assertTrue(
                selectors(after).stream().noneMatch(first::contains),
                after.content().text());
        String shown = server.operator("dkim", "show", "acme.example");
        assertTrue(first.stream().allMatch(shown::contains), shown);
        assertPasses("acme.example", verified(after, "after"));
        assertPasses("acme.example", verified(arrived("meanwhile"), "meanwhile"));
        String check = server.operator("dkim", "check", "acme.example");
        assertTrue(check.lines().allMatch(line -> line.startsWith("ok    ")), check);
        assertEquals(
                List.of("operator: acme.example " + selectors(after), "server: acme.example " + first),
                recorded("signing_keys.created"));
        assertEquals(List.of("operator: acme.example " + selectors(after)), recorded("signing_keys.activated"));
    }

    /** What the record tells of keys, newest first: by whom, and the domain and its selectors. */
    private List<String> recorded(String kind) {
        String workspace = server.admin.get("/v1/whoami/").expect(200).text("workspace_id");
        return Approvals.each(
                        server.admin.get("/v1/audit/?kind=" + kind).expect(200).body())
                .map(entry -> {
                    assertEquals(workspace, entry.path("subject").asText());
                    JsonNode details = entry.path("details");
                    JsonNames.are(details, "domain", "selectors");
                    return entry.at("/actor/kind").asText() + ": "
                            + details.path("domain").asText() + " "
                            + Approvals.each(details.path("selectors"))
                                    .map(JsonNode::asText)
                                    .toList();
                })
                .toList();
    }

    @Test
    void new_keys_that_were_given_up_sign_nothing_although_the_dns_shows_them() {
        publish(server.operator("dkim", "show"));
        String mislaid = server.operator("dkim", "rotate", "acme.example");
        String again = server.operator("dkim", "rotate", "acme.example");
        assertTrue(again.startsWith("chancery: New keys of acme.example wait already"), again);

        String given = server.operator("dkim", "discard", "acme.example");
        assertTrue(given.contains("were given up on "), given);
        assertTrue(given.lines().allMatch(line -> line.startsWith("; ")), given);
        assertTrue(server.operator("dkim", "show", "acme.example").contains("take them out of the DNS"));
        assertTrue(server.operator("dkim", "discard", "acme.example")
                .startsWith("chancery: No keys of acme.example wait"));
        publish(mislaid);
        String refused = server.operator("dkim", "activate", "acme.example");
        assertTrue(refused.startsWith("chancery: No keys of acme.example wait"), refused);

        publish(server.operator("dkim", "rotate", "acme.example"));
        server.operator("dkim", "activate", "acme.example");
        send("after");
        ReceivedMail after = arrived("after");
        assertTrue(
                selectors(after).stream().noneMatch(mislaid::contains),
                after.content().text());
        assertPasses("acme.example", verified(after, "after"));
        List<String> discarded = recorded("signing_keys.discarded");
        assertEquals(1, discarded.size());
        assertEquals(recorded("signing_keys.created").get(1), discarded.getFirst());
        assertTrue(discarded.getFirst().startsWith("operator: acme.example "), discarded.getFirst());
    }

    @Test
    void mail_that_cannot_be_signed_does_not_leave() throws IOException {
        server.operator("dkim", "show");
        byte[] other = new byte[32];
        other[0] = 1;
        server.restart(() -> Files.write(directory.resolve("keys").resolve("secret.key"), other));
        String id = send("unsigned").text("message_id");
        Answer message = server.admin.until(
                "/v1/messages/" + id + "/", answer -> answer.text("status").equals("failed"));
        assertTrue(
                message.body().path("deliveries").toString().contains("451 4.7.5 the mail cannot be signed now"),
                message.body().toString());
        assertEquals(List.of(), server.peer.mails());
    }

    @Test
    void a_stranger_to_the_command_is_told_what_is_wrong() {
        assertTrue(server.operator("dkim", "show", "elsewhere.example")
                .contains("elsewhere.example is the domain of no workspace"));
        assertTrue(server.operator("dkim", "rotate").contains("name the domain"));
        assertTrue(server.operator("dkim", "discard").contains("name the domain"));
        assertTrue(server.operator("dkim", "activate", "acme.example", "--unseen", "true")
                .contains("--unseen must be yes or no"));
        assertTrue(server.operator("dkim", "show", "no domain").contains("is no domain name"));
        assertTrue(server.operator("dkim", "what").contains("chancery admin dkim show"));
    }
}
