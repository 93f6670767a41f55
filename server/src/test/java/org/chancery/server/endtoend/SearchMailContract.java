package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** Mail that came in by SMTP or left, found by what it says; run on each database. {@code docs/api/messages.md} lists it. */
interface SearchMailContract {
    String LIST = "/v1/messages/?";

    RunningServer server();

    private String endpoint(Client owner, String localPart, String further) {
        return owner.post(
                        "/v1/api/email/endpoints",
                        "{\"localpart\": \"" + localPart + "\", \"kind\": \"custom\"" + further + "}")
                .expect(201)
                .text("id");
    }

    private static String query(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static List<String> subjects(Answer answer) {
        return answer.expect(200).body().findValuesAsText("subject");
    }

    /** The subjects of what a search shows, newest first. */
    private static List<String> found(Client who, String query) {
        return subjects(who.get(LIST + query));
    }

    /** Says a mail, and waits until its workspace has so many. */
    private void mail(Client owner, String from, String recipient, String subject, String further, String text) {
        int before = owner.get(LIST + "limit=200").expect(200).body().size();
        String content = "From: " + from + "\r\nTo: " + recipient + "\r\nSubject: " + subject + "\r\n" + further
                + "MIME-Version: 1.0\r\n\r\n" + text + "\r\n";
        String reply = server().mail("bounces@customer.example", recipient, content);
        assertTrue(reply.startsWith("250"), reply);
        owner.until(LIST + "limit=200", answer -> answer.body().size() > before);
    }

    private void mail(Client owner, String from, String recipient, String subject, String text) {
        mail(owner, from, recipient, subject, "Content-Type: text/plain; charset=utf-8\r\n", text);
    }

    @Test
    default void mail_is_found_by_each_of_its_parts_and_by_several_at_once() {
        Client owner = server().makeWorkspace("parts.example");
        String desk = endpoint(owner, "desk", "");
        endpoint(owner, "shop", "");
        mail(owner, "Ada Lovelace <ada@engine.example>", "desk@parts.example", "Punched cards", "The loom is ready.");
        mail(owner, "Ada Byron <byron@poem.example>", "shop@parts.example", "Verses on cards", "A loom of words.");
        mail(owner, "bob@engine.example", "desk@parts.example", "Gears", "Brass, no loom; send it to ada.");

        for (Map.Entry<String, List<String>> each : Map.ofEntries(
                        Map.entry(query("from", "ada@engine.example"), List.of("Punched cards")),
                        Map.entry(query("from", "ADA@Engine.Example"), List.of("Punched cards")),
                        Map.entry(query("from", "ada@poem.example"), List.<String>of()),
                        Map.entry(query("from", "@engine.example"), List.of("Gears", "Punched cards")),
                        Map.entry(query("from", "@poem.example"), List.of("Verses on cards")),
                        Map.entry(query("from", "ada"), List.of("Verses on cards", "Punched cards")),
                        Map.entry(query("from", "lovelace ada"), List.of("Punched cards")),
                        Map.entry(query("from", "bob"), List.of("Gears")),
                        Map.entry(query("to", "desk@parts.example"), List.of("Gears", "Punched cards")),
                        Map.entry(query("to", "shop"), List.of("Verses on cards")),
                        Map.entry(query("to", "ada"), List.<String>of()),
                        Map.entry(query("subject", "cards"), List.of("Verses on cards", "Punched cards")),
                        Map.entry(query("subject", "loom"), List.<String>of()),
                        Map.entry(query("q", "loom"), List.of("Gears", "Verses on cards", "Punched cards")),
                        Map.entry(query("q", "loom cards"), List.of("Verses on cards", "Punched cards")),
                        Map.entry(query("q", "cards, ready!"), List.of("Punched cards")),
                        Map.entry(query("q", "ada"), List.of("Gears", "Verses on cards", "Punched cards")),
                        Map.entry(query("q", "loo"), List.<String>of()),
                        Map.entry(
                                query("q", "loom") + "&" + query("from", "ada") + "&" + query("to", "shop"),
                                List.of("Verses on cards")),
                        Map.entry(
                                query("q", "ada") + "&" + query("from", "@engine.example") + "&inbox_id=" + desk,
                                List.of("Gears", "Punched cards")),
                        Map.entry(
                                query("subject", "gears") + "&" + query("from", "ada@engine.example"),
                                List.<String>of()))
                .entrySet()) {
            assertEquals(each.getValue(), found(owner, each.getKey()), each.getKey());
        }
    }

    @Test
    default void a_word_is_found_however_it_is_written() {
        Client owner = server().makeWorkspace("spelling.example");
        endpoint(owner, "desk", "");
        String text = "STRASSENFEST am \u041f\u0440\u0438\u0432\u0435\u0442-Platz, \u6771\u4eac\u306e\u4f1a\u8b70\u3002"
                + " \uff21\uff22\uff23\uff11";
        mail(
                owner,
                "=?UTF-8?Q?J=C3=BCrgen?= <jm@customer.example>",
                "desk@spelling.example",
                "=?UTF-8?Q?Crem\u0065=CC=81_br=C3=BBl=C3=A9e?=",
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
                Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));

        for (String word : List.of(
                "br\u00fbl\u00e9e",
                "BRULEE",
                "bru\u0302le\u0301e",
                "strassenfest",
                "\u043f\u0440\u0438\u0432\u0435\u0442",
                "\u041f\u0420\u0418\u0412\u0415\u0422",
                "j\u00fcrgen",
                "Jurgen",
                "abc1",
                "\uff41\uff42\uff43\uff11",
                "\u6771\u4eac",
                "\u4f1a\u8b70",
                "\u4eac\u306e\u4f1a",
                "\u6771")) {
            assertEquals(1, found(owner, query("q", word)).size(), word);
        }
        for (String word : List.of("strasse", "brul", "\u4eac\u6771", "\u8b70\u4f1a", "abc")) {
            assertEquals(List.of(), found(owner, query("q", word)), word);
        }
    }

    @Test
    default void a_search_is_narrowed_like_every_list() {
        Client owner = server().makeWorkspace("narrow.example");
        endpoint(owner, "desk", "");
        endpoint(owner, "open", ", \"plane\": \"agent\"");
        mail(owner, "ada@customer.example", "desk@narrow.example", "First", "lantern");
        mail(owner, "ada@customer.example", "open@narrow.example", "Second", "lantern");
        mail(owner, "bob@customer.example", "open@narrow.example", "Third", "lantern");
        JsonNode rows = owner.get(LIST + "q=lantern").expect(200).body();
        String first = rows.path(2).path("created_at").asText();
        String second = rows.path(1).path("created_at").asText();
        String third = rows.path(0).path("created_at").asText();

        assertEquals(List.of("Third", "Second"), found(owner, "q=lantern&since=" + second));
        assertEquals(List.of("Second", "First"), found(owner, "q=lantern&until=" + third));
        assertEquals(List.of("First"), found(owner, "q=lantern&since=" + first + "&until=" + second));
        assertEquals(List.of("First"), found(owner, "until=" + second));
        assertEquals(List.of("Second"), found(owner, "since=" + second + "&until=" + third));
        assertEquals(List.of("First"), found(owner, "q=lantern&status=awaiting_review"));
        assertEquals(List.of("Third", "Second"), found(owner, "q=lantern&status=unrouted"));
        assertEquals(List.of("Third"), found(owner, "q=lantern&status=unrouted&from=bob"));
        assertEquals(
                List.of("Second"),
                found(
                        owner,
                        "q=lantern&thread_id=" + rows.path(1).path("thread_id").asText()));
        assertEquals(
                List.of("First"),
                found(
                        owner,
                        "q=lantern&inbox_id=" + rows.path(2).path("inbox_id").asText()));
        assertEquals(List.of("Third", "Second", "First"), found(owner, "q=lantern&direction=inbound"));
        assertEquals(List.of(), found(owner, "q=lantern&direction=outbound"));
    }

    @Test
    default void pages_of_a_search_leave_no_gaps() {
        Client owner = server().makeWorkspace("pages.example");
        endpoint(owner, "desk", "");
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String text = i % 3 == 2 ? "nothing of it" : "a harbour and a ship";
            mail(owner, "ada@customer.example", "desk@pages.example", "Number " + i, text);
            if (i % 3 != 2) {
                all.addFirst("Number " + i);
            }
        }
        List<String> paged = new ArrayList<>();
        String path = LIST + query("q", "harbour ship") + "&limit=2";
        int pages = 0;
        while (!path.isEmpty()) {
            assertTrue(path.contains("q=harbour+ship&limit=2"), path);
            Answer page = owner.get(path);
            paged.addAll(subjects(page));
            path = page.next();
            pages++;
        }
        assertEquals(all, paged);
        assertEquals(3, pages);
        Client other = server().makeWorkspace("otherpages.example");
        String link = owner.get(LIST + "q=harbour&limit=1").expect(200).next();
        assertEquals("?cursor", other.get(link).expect(422).place());
    }

    @Test
    default void nobody_finds_what_they_may_not_see() {
        Client owner = server().makeWorkspace("sight.example");
        String desk = endpoint(owner, "desk", "");
        endpoint(owner, "board", "");
        mail(owner, "ada@customer.example", "desk@sight.example", "To the desk", "secret treasure");
        mail(owner, "bob@customer.example", "board@sight.example", "To the board", "secret treasure");
        String token = owner.post(
                        "/v1/tokens/",
                        "{\"label\": \"x\", \"inbox_id\": \"" + desk + "\", \"scopes\": [\"email:read\"]}")
                .expect(201)
                .text("token");
        Client bound = server().new Client(token);
        Client member = server().makeMember("sight.example", "bob@customer.example", "email:read");
        Client stranger = server().makeWorkspace("unseen.example");

        assertEquals(List.of("To the board", "To the desk"), found(owner, "q=treasure"));
        assertEquals(List.of("To the desk"), found(bound, "q=treasure"));
        assertEquals(List.of(), found(bound, "q=treasure&from=bob@customer.example"));
        assertEquals(List.of("To the board"), found(member, "q=treasure"));
        assertEquals(List.of(), found(member, "from=ada@customer.example"));
        assertEquals(List.of(), found(stranger, "q=treasure"));
        assertEquals(List.of(), found(stranger, "from=@customer.example"));
        assertEquals(
                403,
                server().makeMember("sight.example", "eve@sight.example", "email:send")
                        .get(LIST + "q=treasure")
                        .status());
    }

    @Test
    default void quarantined_mail_is_found_once_it_is_let_in() {
        Client owner = server().makeWorkspace("gate.example");
        endpoint(owner, "shut", ", \"sender_policy\": \"bound_users_only\"");
        for (String subject : List.of("Kept out", "Let in")) {
            String content = RunningServer.content(
                    "zoe@customer.example", "shut@gate.example", subject, subject.replace(' ', '-') + "@g", "");
            assertTrue(server().mail("zoe@customer.example", "shut@gate.example", content)
                    .startsWith("250"));
        }
        JsonNode held = owner.until(
                        "/v1/api/email/review",
                        answer -> answer.body().path("quarantined").size() == 2)
                .body()
                .path("quarantined");
        assertEquals(List.of(), found(owner, "from=zoe@customer.example"));
        assertEquals(List.of(), found(owner, "q=hello"));
        String user = owner.post(
                        "/v1/users/", "{\"email\": \"zoe@gate.example\", \"name\": \"Zoe\", \"role\": \"member\"}")
                .expect(201)
                .text("user_id");
        for (JsonNode row : held) {
            String call = "/v1/api/email/quarantine/" + row.path("id").asText() + "/";
            if (row.path("subject").asText().equals("Let in")) {
                owner.post(call + "accept", "{\"bind_user_id\": \"" + user + "\"}")
                        .expect(200);
            } else {
                owner.post(call + "reject", "{}").expect(200);
            }
        }
        owner.until(LIST + "q=hello", answer -> answer.body().size() == 1);
        assertEquals(List.of("Let in"), found(owner, "from=zoe@customer.example"));
        assertEquals(List.of(), found(owner, "subject=kept"));
    }

    @Test
    default void html_is_found_by_what_it_shows_and_is_not_shown() {
        Client owner = server().makeWorkspace("markup.example");
        endpoint(owner, "desk", "");
        mail(
                owner,
                "ada@customer.example",
                "desk@markup.example",
                "Only markup",
                "Content-Type: text/html; charset=utf-8\r\n",
                "<html><head><style>.hidden { color: red }</style></head><body onload=\"steal()\"><p>Blossom &amp; bees</p>"
                        + "<script>steal(cookie)</script></body></html>");
        JsonNode row = owner.get(LIST + "q=blossom+bees").expect(200).body().path(0);
        assertEquals("Only markup", row.path("subject").asText());
        assertTrue(row.path("html_body").isNull());
        assertFalse(row.path("text_body").asText().contains("<"));
        for (String hidden : List.of("steal", "cookie", "onload", "style", "red", "body")) {
            assertEquals(List.of(), found(owner, "q=" + hidden), hidden);
        }
    }

    @Test
    default void files_are_found_by_their_names() {
        Client owner = server().makeWorkspace("files.example");
        endpoint(owner, "desk", "");
        mail(
                owner,
                "ada@customer.example",
                "desk@files.example",
                "With a file",
                "Content-Type: multipart/mixed; boundary=b\r\n",
                "--b\r\nContent-Type: text/plain\r\n\r\nSee there\r\n--b\r\nContent-Type: text/csv\r\n"
                        + "Content-Disposition: attachment; filename=\"budget-2027.csv\"\r\n\r\nunread,numbers\r\n--b--");
        assertEquals(List.of("With a file"), found(owner, "q=budget"));
        assertEquals(List.of("With a file"), found(owner, "q=2027+there"));
        assertEquals(List.of(), found(owner, "q=numbers"), "what is in files is not looked at");
    }

    @Test
    default void a_draft_is_found_by_what_it_says_now_and_an_answer_by_what_was_sent() {
        Client owner = server().makeWorkspace("drafts.example");
        endpoint(owner, "desk", "");
        mail(owner, "ada@customer.example", "desk@drafts.example", "Question", "What now?");
        String question = owner.get(LIST + "q=question")
                .expect(200)
                .body()
                .path(0)
                .path("message_id")
                .asText();
        for (String text : List.of("walrus", "pelican")) {
            owner.post(
                            "/v1/messages/",
                            "{\"reply_to_message_id\": \"" + question + "\", \"draft\": true, \"text_body\": \"The "
                                    + text + "\"}")
                    .expect(202);
            assertEquals(List.of("Re: Question"), found(owner, "q=" + text));
        }
        assertEquals(List.of(), found(owner, "q=walrus"));
        assertEquals(List.of("Re: Question"), found(owner, "q=pelican&status=draft"));

        owner.post("/v1/api/email/messages/" + question + "/reply", "{\"text\": \"An albatross\"}")
                .expect(200);

        assertEquals(List.of("Re: Question"), found(owner, "q=albatross"));
        assertEquals(List.of(), found(owner, "q=pelican"));
        assertEquals(List.of("Re: Question"), found(owner, "to=ada@customer.example&direction=outbound"));
        assertEquals(List.of("Re: Question"), found(owner, "from=desk@drafts.example"));
    }

    @Test
    default void what_cannot_be_searched_for_is_refused_with_the_parameters_name() {
        Client owner = server().makeWorkspace("refusals.example");
        for (String[] row : new String[][] {
            {"q=", "?q"},
            {"q=%2A%2A%2A", "?q"},
            {"q=" + "x".repeat(201), "?q"},
            {"q=" + "x".repeat(60), "?q"},
            {"q=a+b+c+d+e+f+g+h+i+j+k+l+m", "?q"},
            {"subject=a+b+c+d+e+f+g+h+i+j+k+l+m", "?subject"},
            {"from=a+b+c+d+e+f+g+h+i+j+k+l+m", "?from"},
            {"to=a+b+c+d+e+f+g+h+i+j+k+l+m", "?to"},
            {"q=a+b&to=a+b+c+d+e+f+g+h+i+j+k", "?to"},
            {"subject=%21", "?subject"},
            {"from=ada@", "?from"},
            {"from=ada+lovelace@engine", "?from"},
            {"to=@", "?to"},
            {"to=%3F", "?to"},
            {"until=tomorrow", "?until"},
            {"since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z", "?until"},
            {"since=2026-03-02T00:00:00Z&until=2026-03-02T00:00:00Z", "?until"},
            {"sender=ada", "?sender"},
            {"q=one&q=two", "?q"},
        }) {
            Answer refused = owner.get(LIST + row[0]);
            assertEquals(422, refused.status(), row[0]);
            assertEquals(row[1], refused.place(), row[0]);
        }
    }
}
