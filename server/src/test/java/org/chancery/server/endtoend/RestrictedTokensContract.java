package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;

/** Whoever holds a token whose mail waits for people tries to get around that by means of tokens. */
interface RestrictedTokensContract {
    String ALL = "[\"email:send\"]";
    String SOME = "[{\"action\":\"email:send\",\"when\":{\"first_contact\":true}}]";

    RunningServer server();

    private Client client(Answer made) {
        return server().new Client(made.text("token"));
    }

    private static String path(Answer made) {
        return "/v1/tokens/" + made.text("token_id") + "/";
    }

    /** A body that asks for a token of the inbox, or a personal one. */
    private static String body(String inbox, String rules, String... scopes) {
        String binding = inbox.isEmpty() ? "" : "\"inbox_id\": \"" + inbox + "\", ";
        return "{" + binding + "\"label\": \"t\", \"scopes\": [\"" + String.join("\", \"", scopes)
                + "\"], \"requires_approval\": " + rules + "}";
    }

    private Answer make(String inbox, String rules, String... scopes) {
        return server().admin.post("/v1/tokens/", body(inbox, rules, scopes)).expect(201);
    }

    private static void refused(Answer answer) {
        assertEquals("approval_escalation", answer.expect(403).text("code"));
    }

    private String rulesOf(Answer made) {
        return server().admin
                .get(path(made))
                .expect(200)
                .body()
                .path("requires_approval")
                .toString();
    }

    private static String send(Client client) {
        return client.post(
                        "/v1/messages/",
                        "{\"to\": [{\"email\": \"ada@customer.example\"}], \"subject\": \"s\", \"text_body\": \"x\"}")
                .expect(202)
                .text("status");
    }

    @Test
    default void rules_are_shown_as_they_were_given() {
        String rules = "[\"email:send\",{\"action\":\"email:send\",\"when\":{\"recipient_domain_not_in\":"
                + "[\"acme.example\",\"*.acme.example\"],\"recipients_over\":3,\"has_attachments\":true},"
                + "\"reviewers\":2,\"expires_after\":\"4h\"}]";
        Answer made = make("", rules, "email:send");
        assertEquals(rules, made.body().path("requires_approval").toString());
        assertEquals(rules, rulesOf(made));
        server().admin
                .patch(path(made), "{\"requires_approval\": " + SOME + "}")
                .expect(200);
        assertEquals(SOME, rulesOf(made));
        server().admin.patch(path(made), "{\"label\": \"other\"}").expect(200);
        assertEquals(SOME, rulesOf(made), "what is left out stays");
        server().admin.patch(path(made), "{\"requires_approval\": []}").expect(200);
        assertEquals("[]", rulesOf(made));
    }

    @Test
    default void what_is_no_rule_is_refused_where_it_stands() {
        for (String[] wrong : new String[][] {
            {"[\"email:read\"]", "/requires_approval/0"},
            {"[\"email:send\", {\"action\": \"workflow:write\"}]", "/requires_approval/1/action"},
            {"[{\"action\": \"email:send\", \"wen\": {}}]", "/requires_approval/0/wen"},
            {
                "[{\"action\": \"email:send\", \"when\": {\"first_contacts\": true}}]",
                "/requires_approval/0/when/first_contacts"
            },
            {"[{\"action\": \"email:send\", \"reviewers\": 3}]", "/requires_approval/0/reviewers"},
            {"[{\"action\": \"email:send\", \"expires_after\": \"soon\"}]", "/requires_approval/0/expires_after"},
            {
                "[{\"action\": \"email:send\", \"when\": {\"recipient_domain_in\": [\"a@b\"]}}]",
                "/requires_approval/0/when/recipient_domain_in/0"
            },
        }) {
            Answer answer = server().admin
                    .post("/v1/tokens/", body("", wrong[0], "email:send"))
                    .expect(422);
            assertEquals(
                    wrong[1],
                    answer.body().path("errors").path(0).path("pointer").asText(),
                    wrong[0]);
        }
    }

    @Test
    default void a_rule_about_generated_text_that_could_hold_nothing_is_refused() {
        String generated = "[{\"action\":\"email:send\",\"when\":{\"generated\":true}}]";
        String own = "[{\"action\":\"email:send\",\"when\":{\"generated\":false}}]";
        String inbox = server().makeEndpoint("restricted.generated", "");
        String place = "/requires_approval/0/when/generated";
        Client admin = server().admin;
        assertEquals(
                place,
                admin.post("/v1/tokens/", body("", generated, "email:send"))
                        .expect(422)
                        .place());
        assertEquals(
                place,
                admin.post("/v1/tokens/", body(inbox, own, "email:send"))
                        .expect(422)
                        .place());
        assertEquals("held", send(client(make(inbox, generated, "email:send"))));
        // Whoever's own mail waits makes no program whose mail does not.
        Client person = client(make("", own, "admin"));
        assertEquals(
                place,
                person.post("/v1/tokens/", body(inbox, own, "email:send"))
                        .expect(422)
                        .place());
        refused(person.post("/v1/tokens/", body(inbox, generated, "email:send")));
    }

    @Test
    default void a_restricted_token_makes_only_such_as_are_as_restricted_and_their_mail_waits_too() {
        String inbox = server().makeEndpoint("restricted.maker", "");
        Client program = client(make(inbox, ALL, "tokens:write", "email:send"));

        refused(program.post("/v1/tokens/", body(inbox, "[]", "email:send")));
        refused(program.post("/v1/tokens/", body(inbox, SOME, "email:send")));
        refused(program.post(
                "/v1/tokens/", "{\"inbox_id\": \"" + inbox + "\", \"label\": \"t\", \"scopes\": [\"email:send\"]}"));
        Answer child =
                program.post("/v1/tokens/", body(inbox, ALL, "email:send")).expect(201);
        assertEquals("held", send(client(child)));
    }

    @Test
    default void a_restricted_token_loosens_neither_its_own_rules_nor_those_of_another() {
        String inbox = server().makeEndpoint("restricted.self", "");
        Answer own = make(inbox, SOME, "tokens:write", "email:send");
        Answer stricter = make(inbox, ALL, "email:send");
        Answer free = make(inbox, "[]", "email:send");
        Client program = client(own);

        refused(program.patch(path(own), "{\"requires_approval\": []}"));
        refused(program.patch(
                path(own),
                "{\"requires_approval\": [{\"action\": \"email:send\", \"when\":"
                        + " {\"first_contact\": true, \"has_attachments\": true}}]}"));
        refused(program.patch(path(stricter), "{\"requires_approval\": " + SOME + "}"));
        refused(program.patch(path(free), "{\"label\": \"mine\"}"));
        refused(program.post(path(free) + "rotate/", ""));
        assertEquals(SOME, rulesOf(own));
        assertEquals(ALL, rulesOf(stricter));
        assertEquals("queued", send(client(free)), "its secret is as it was");

        program.patch(path(own), "{\"requires_approval\": " + ALL + "}").expect(200);
        refused(program.patch(path(own), "{\"requires_approval\": " + SOME + "}"));
    }

    @Test
    default void a_restricted_admin_frees_nobody_and_makes_nobody_who_could() {
        Answer own = make("", ALL, "admin");
        Answer other = make("", ALL, "email:send");
        Client admin = client(own);

        refused(admin.patch(path(own), "{\"requires_approval\": []}"));
        refused(admin.patch(path(other), "{\"requires_approval\": []}"));
        refused(admin.post("/v1/tokens/", body("", "[]", "admin")));
        refused(admin.post(
                "/v1/users/",
                "{\"email\": \"accomplice@home.example\", \"name\": \"A\", \"role\": \"admin\","
                        + " \"password\": \"a pass phrase\"}"));
        String owner = admin.get("/v1/whoami/").expect(200).text("user_id");
        refused(admin.patch("/v1/users/" + owner + "/", "{\"password\": \"a new pass phrase\"}"));
    }

    @Test
    default void rules_that_a_token_gets_hold_its_next_mail_also_in_a_session_that_is_open() throws IOException {
        String inbox = server().makeEndpoint("restricted.later", "");
        Answer made = make(inbox, "[]", "email:send");
        assertEquals("queued", send(client(made)));
        String login = "\0restricted.later@acme.example\0" + made.text("token");
        try (SmtpClient smtp = SmtpClient.connect(server().port("submission"))) {
            smtp.greet();
            smtp.command("AUTH PLAIN " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
            smtp.command("MAIL FROM:<restricted.later@acme.example>");
            smtp.command("RCPT TO:<ada@customer.example>");

            server().admin
                    .patch(path(made), "{\"requires_approval\": " + ALL + "}")
                    .expect(200);

            smtp.command("DATA");
            smtp.sendRaw(
                    "From: restricted.later@acme.example\r\nTo: ada@customer.example\r\nSubject: s\r\n\r\nx\r\n.\r\n");
            String reply = smtp.reply();
            assertTrue(reply.startsWith("250") && reply.contains("held for approval"), reply);
        }
        assertEquals("held", send(client(made)));
    }
}
