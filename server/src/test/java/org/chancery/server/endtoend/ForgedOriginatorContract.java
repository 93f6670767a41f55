package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;

/**
 * Whoever may send from one address tries to send from another one, or to look as if. All is refused and logged, and nothing
 * leaves; run on each database.
 */
interface ForgedOriginatorContract {
    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    /** Says a mail with those header lines; the reply to it. */
    private String submit(String token, String from, String... header) {
        return approvals()
                .submit(
                        token,
                        from,
                        List.of("client@elsewhere.example"),
                        String.join("\r\n", header)
                                + "\r\nTo: client@elsewhere.example\r\nSubject: forged\r\n\r\nHello.");
    }

    @Test
    default void no_field_of_a_submitted_mail_names_another_originator() {
        server().makeEndpoint("f.boss", "");
        String token = server().makeToken(server().makeEndpoint("f.own", ""), "email:send");
        String tokenId = Refusals.tokenOf(server().new Client(token));
        String own = "f.own@acme.example";
        String boss = "f.boss@acme.example";
        String name = Base64.getEncoder().encodeToString(boss.getBytes(StandardCharsets.UTF_8));
        try (Refusals refusals = new Refusals(server())) {
            int refused = 0;
            for (String[] header : new String[][] {
                {"From: " + boss},
                {"From: ceo@elsewhere.example"},
                {"From: nobody-there@acme.example"},
                {"From: f.own+boss@acme.example"},
                {"From: " + own, "From: " + boss},
                {"From: " + boss, "FROM : " + own},
                {"From: " + own + ", " + boss},
                {"From: team: " + own + ", " + boss + ";"},
                {"From: undisclosed:;"},
                {"X-From: " + own},
                {"From: " + own, "Sender: " + boss},
                {"From: " + own, "Sender: " + own, "Sender: " + boss},
                {"From: " + own, "Resent-From: " + boss},
                {"From: " + own, "Resent-From: " + own, "Resent-From: " + boss},
                {"From: " + own, "Resent-Sender: ceo@elsewhere.example"},
                {"From: \"" + boss + "\" <" + own + ">"},
                {"From: The Boss " + boss + " <" + own + ">"},
                {"From: =?utf-8?b?" + name + "?= <" + own + ">"},
                {"From: =?utf-8?q?f.boss=EF=BC=A0acme.example?= <" + own + ">"},
                {"From: \"" + boss.toUpperCase(java.util.Locale.ROOT) + "\"\r\n <" + own + ">"},
                {"From: " + own + " (" + boss + ")"},
                {"From: \"anybody@acme.example\" <" + own + ">"},
                {"From: " + own, "Sender: \"" + boss + "\" <" + own + ">"},
            }) {
                String reply = submit(token, own, header);
                assertTrue(reply.startsWith("55"), String.join(" | ", header) + ": " + reply);
                assertEquals(
                        ++refused, refusals.submissions(tokenId, "DATA: 55").size(), "a line each");
            }
            assertEquals(List.of(), approvals().arrived("forged"));
        }
        // What is one's own may be shown in every way.
        for (String fine : new String[] {
            "From: \"Sales " + own + "\" <" + own + ">",
            "From: =?utf-8?q?J=C3=BCrgen?= <" + own + ">\r\nSender: " + own,
            "From: \"ada@elsewhere.example via Sales\" <" + own + ">"
        }) {
            assertTrue(submit(token, own, fine).startsWith("250"), fine);
        }
    }

    @Test
    default void neither_the_envelope_nor_the_login_is_anothers() throws IOException {
        server().makeEndpoint("f.chief", "");
        String token = server().makeToken(server().makeEndpoint("f.clerk", ""), "email:send");
        String tokenId = Refusals.tokenOf(server().new Client(token));
        try (Refusals refusals = new Refusals(server());
                SmtpClient client = SmtpClient.connect(server().port("submission"))) {
            client.greet();
            assertTrue(login(client, "f.chief@acme.example", token).startsWith("535"));
            assertTrue(login(client, "f.clerk@acme.example", token).startsWith("235"));
            for (String path :
                    new String[] {"f.chief@acme.example", "", "ceo@elsewhere.example", "f.clerk+x@acme.example"}) {
                String reply = client.command("MAIL FROM:<" + path + ">");
                assertTrue(reply.startsWith("55"), path + ": " + reply);
            }
            assertEquals(4, refusals.submissions(tokenId, "MAIL FROM:<").size());
        }
    }

    private static String login(SmtpClient client, String user, String token) throws IOException {
        String plain =
                Base64.getEncoder().encodeToString(("\0" + user + "\0" + token).getBytes(StandardCharsets.UTF_8));
        return client.command("AUTH PLAIN " + plain);
    }

    @Test
    default void no_call_sends_from_another_inbox() {
        String inbox = server().makeEndpoint("f.second", "");
        String question = server().receive("f.second@acme.example", "asked elsewhere");
        Client program = server().new Client(server().makeToken(
                        server().makeAgentEndpoint("f.first", "agent_decides", ""), "email:send", "email:read"));
        String to = "\"to\": [{\"email\": \"client@elsewhere.example\"}], \"subject\": \"forged by call\","
                + " \"text_body\": \"Hello.\"}";
        try (Refusals refusals = new Refusals(server())) {
            for (String other : new String[] {inbox, "f.second@acme.example"}) {
                refusals.invalid(
                        program,
                        "/inbox_id",
                        () -> program.post("/v1/messages/", "{\"inbox_id\": \"" + other + "\", " + to),
                        "POST /v1/messages/");
            }
            refusals.invalid(
                    program,
                    "/reply_to_message_id",
                    () -> program.post("/v1/messages/", "{\"reply_to_message_id\": \"" + question + "\", " + to),
                    "POST /v1/messages/");
            refusals.invalid(
                    program,
                    "/from",
                    () -> program.post("/v1/messages/", "{\"from\": \"f.second@acme.example\", " + to),
                    "POST /v1/messages/");
            for (String field :
                    new String[] {"From", "sender", "Resent-From", "Reply-To", "Return-Path", "DKIM-Signature"}) {
                refusals.invalid(
                        program,
                        "/headers/" + field,
                        () -> program.post(
                                "/v1/messages/", "{\"headers\": {\"" + field + "\": \"f.second@acme.example\"}, " + to),
                        "POST /v1/messages/");
            }
        }
        String agent = server().makeAgent();
        String own = server().makeEndpoint("f.third", ", \"plane\": \"agent\", \"agent_id\": \"" + agent + "\"");
        Client unbound = server().new Client(server().admin
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"agent's\", \"agent_id\": \"" + agent
                                + "\", \"scopes\": [\"email:send\", \"email:read\"]}")
                .expect(201)
                .text("token"));
        try (Refusals refusals = new Refusals(server())) {
            for (String other : new String[] {inbox, "f.second@acme.example", "f.first@acme.example"}) {
                refusals.invalid(
                        unbound,
                        "/inbox_id",
                        () -> unbound.post("/v1/messages/", "{\"inbox_id\": \"" + other + "\", " + to),
                        "POST /v1/messages/");
            }
        }
        assertEquals(List.of(), approvals().arrived("forged by call"));
        unbound.post("/v1/messages/", "{\"inbox_id\": \"" + own + "\", " + to).expect(202);
        approvals().awaitArrival("forged by call");
    }
}
