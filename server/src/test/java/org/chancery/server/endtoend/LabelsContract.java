package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** Labels on mail that came in by SMTP; run on each database. {@code docs/api/messages.md} lists it. */
interface LabelsContract {
    String LABELS = "/v1/labels/";
    String MESSAGES = "/v1/messages/";

    RunningServer server();

    private Client workspace(String domain) {
        Client owner = server().makeWorkspace(domain);
        endpoint(owner, "desk");
        return owner;
    }

    private static String endpoint(Client owner, String localPart) {
        return owner.post("/v1/api/email/endpoints", "{\"localpart\": \"" + localPart + "\", \"kind\": \"custom\"}")
                .expect(201)
                .text("id");
    }

    private static String label(Client owner, String name) {
        return owner.post(LABELS, "{\"name\": \"" + name + "\"}").expect(201).text("label_id");
    }

    /** A mail to that address; its id. */
    private String mail(Client owner, String to, String subject) {
        String from = "ada@customer.example";
        String reply =
                server().mail(from, to, RunningServer.content(from, to, subject, subject.replace(' ', '-') + "@c", ""));
        assertTrue(reply.startsWith("250"), reply);
        String query = MESSAGES + "?subject=" + subject.replace(' ', '+');
        return owner.until(query, answer -> answer.body().size() == 1)
                .body()
                .path(0)
                .path("message_id")
                .asText();
    }

    private static String change(String add, String remove) {
        return "{\"add_labels\": [" + add + "], \"remove_labels\": [" + remove + "]}";
    }

    private static String quoted(String id) {
        return "\"" + id + "\"";
    }

    private static Answer put(Client who, String message, String label) {
        return who.patch(MESSAGES + message + "/", "{\"add_labels\": [" + quoted(label) + "]}");
    }

    private static List<String> labelsOf(JsonNode message) {
        List<String> labels = new ArrayList<>();
        message.path("labels").forEach(label -> labels.add(label.asText()));
        return labels;
    }

    private static List<String> subjects(Client who, String query) {
        return who.get(MESSAGES + "?" + query).expect(200).body().findValuesAsText("subject");
    }

    @Test
    default void labels_are_made_listed_shown_changed_and_removed() {
        Client owner = workspace("crud.example");
        Answer made = owner.post(LABELS, "{\"name\": \" Invoices \", \"color\": \"#1F77b4\"}")
                .expect(201);
        String id = made.text("label_id");
        assertTrue(id.startsWith("lbl_"), id);
        assertEquals("Invoices", made.text("name"));
        assertEquals("#1f77b4", made.text("color"));
        assertTrue(made.body().has("created_at"));
        String plain = label(owner, "Plain");
        assertTrue(
                owner.get(LABELS + plain + "/").expect(200).body().path("color").isNull());

        assertEquals(
                List.of("Invoices", "Plain"),
                owner.get(LABELS).expect(200).body().findValuesAsText("name"));
        Answer page = owner.get(LABELS + "?limit=1").expect(200);
        assertEquals(List.of("Invoices"), page.body().findValuesAsText("name"));
        assertEquals(List.of("Plain"), owner.get(page.next()).expect(200).body().findValuesAsText("name"));

        Answer changed = owner.patch(LABELS + id + "/", "{\"name\": \"Bills\"}").expect(200);
        assertEquals("Bills", changed.text("name"));
        assertEquals("#1f77b4", changed.text("color"), "what is left out stays");
        assertTrue(owner.patch(LABELS + id + "/", "{\"color\": null}")
                .expect(200)
                .body()
                .path("color")
                .isNull());
        assertEquals("Bills", owner.get(LABELS + id + "/").expect(200).text("name"));

        owner.delete(LABELS + id + "/").expect(204);
        owner.get(LABELS + id + "/").expect(404);
        owner.delete(LABELS + id + "/").expect(404);
        assertEquals(List.of("Plain"), owner.get(LABELS).expect(200).body().findValuesAsText("name"));
        label(owner, "Bills");
    }

    @Test
    default void a_label_that_cannot_be_made_is_refused() {
        Client owner = workspace("badlabels.example");
        label(owner, "Urgent");
        String other = label(owner, "Other");
        for (String[] row : new String[][] {
            {"{}", "/name"},
            {"{\"name\": \"  \"}", "/name"},
            {"{\"name\": \"two\\nlines\"}", "/name"},
            {"{\"name\": \"" + "x".repeat(101) + "\"}", "/name"},
            {"{\"name\": \"x\", \"color\": \"red\"}", "/color"},
            {"{\"name\": \"x\", \"color\": \"#12345\"}", "/color"},
            {"{\"name\": \"x\", \"colour\": \"#123456\"}", "/colour"},
        }) {
            Answer refused = owner.post(LABELS, row[0]).expect(422);
            assertEquals(row[1], refused.place(), row[0]);
        }
        assertEquals(
                "label_exists",
                owner.post(LABELS, "{\"name\": \"URGENT\"}").expect(409).code());
        assertEquals(
                "label_exists",
                owner.patch(LABELS + other + "/", "{\"name\": \"urgent\"}")
                        .expect(409)
                        .code());
        owner.patch(LABELS + other + "/", "{\"name\": null}").expect(422);
    }

    @Test
    default void a_workspace_has_so_many_labels_and_no_more() {
        Client owner = workspace("fulllabels.example");
        String last = "";
        for (int i = 0; i < 500; i++) {
            last = label(owner, "Label " + i);
        }
        assertEquals(
                "too_many_labels",
                owner.post(LABELS, "{\"name\": \"One more\"}").expect(409).code());
        owner.delete(LABELS + last + "/").expect(204);
        label(owner, "One more");
    }

    @Test
    default void mail_is_labelled_and_listed_by_its_labels() {
        Client owner = workspace("tagged.example");
        String red = label(owner, "Red");
        String blue = label(owner, "Blue");
        String first = mail(owner, "desk@tagged.example", "First");
        String second = mail(owner, "desk@tagged.example", "Second");
        mail(owner, "desk@tagged.example", "Third");

        Answer both = owner.patch(MESSAGES + first + "/", change(quoted(red) + ", " + quoted(blue), ""))
                .expect(200);
        assertEquals(first, both.text("message_id"));
        assertEquals(Set.of(red, blue), Set.copyOf(labelsOf(both.body())));
        assertEquals(List.of(red), labelsOf(put(owner, second, red).expect(200).body()));
        assertEquals(List.of(red), labelsOf(put(owner, second, red).expect(200).body()), "once more");
        assertEquals(
                List.of(red),
                labelsOf(owner.get(MESSAGES + second + "/").expect(200).body()));

        assertEquals(List.of("Second", "First"), subjects(owner, "label=" + red));
        assertEquals(List.of("First"), subjects(owner, "label=" + blue));
        assertEquals(List.of("First"), subjects(owner, "label=blue"), "by its name");
        assertEquals(List.of("Second"), subjects(owner, "label=" + red + "&q=second"));
        assertEquals(List.of(), subjects(owner, "label=" + blue + "&q=second"));
        JsonNode rows = owner.get(MESSAGES + "?limit=200").expect(200).body();
        assertEquals(List.of(), labelsOf(rows.path(0)));
        assertEquals(List.of(red), labelsOf(rows.path(1)));
        assertEquals(2, labelsOf(rows.path(2)).size());

        Answer moved =
                owner.patch(MESSAGES + first + "/", change("", quoted(red))).expect(200);
        assertEquals(List.of(blue), labelsOf(moved.body()));
        owner.patch(MESSAGES + first + "/", change("", quoted(red))).expect(200);
        assertEquals(List.of("Second"), subjects(owner, "label=" + red));
        owner.delete(LABELS + red + "/").expect(204);
        assertEquals(
                List.of(),
                labelsOf(owner.get(MESSAGES + second + "/").expect(200).body()));
        assertEquals("?label", owner.get(MESSAGES + "?label=" + red).expect(422).place());
    }

    @Test
    default void an_event_tells_of_a_label_that_is_put_on_and_of_nothing_else() {
        Client owner = workspace("told.example");
        String label = label(owner, "Lead");
        String message = mail(owner, "desk@told.example", "A lead");
        put(owner, message, label).expect(200);
        put(owner, message, label).expect(200);
        owner.patch(MESSAGES + message + "/", change("", quoted(label))).expect(200);
        JsonNode events =
                owner.get("/v1/events/?types=label.*").expect(200).body().path("events");

        assertEquals(1, events.size());
        JsonNode event = events.path(0);
        JsonNode shown = owner.get(MESSAGES + message + "/").expect(200).body();
        assertEquals("label.applied", event.path("type").asText());
        assertEquals(shown.path("inbox_id"), event.path("inbox_id"));
        JsonNode payload = event.path("payload");
        JsonNames.are(
                payload,
                "label_id",
                "label_name",
                "message_id",
                "thread_id",
                "inbox_id",
                "from_address",
                "subject",
                "by");
        assertEquals(shown.path("inbox_id"), payload.path("inbox_id"));
        assertEquals("owner@told.example", payload.path("by").asText());
        assertEquals(label, payload.path("label_id").asText());
        assertEquals("Lead", payload.path("label_name").asText());
        assertEquals(message, payload.path("message_id").asText());
        assertEquals(shown.path("thread_id"), payload.path("thread_id"));
        assertEquals("ada@customer.example", payload.path("from_address").asText());
        assertEquals("A lead", payload.path("subject").asText());
        put(owner, message, label).expect(200);
        assertEquals(
                2,
                owner.get("/v1/events/?types=label.applied")
                        .expect(200)
                        .body()
                        .path("events")
                        .size());
    }

    @Test
    default void labels_that_cannot_be_put_on_are_refused_and_nothing_is_changed() {
        Client owner = workspace("badtags.example");
        String message = mail(owner, "desk@badtags.example", "Plain mail");
        String good = label(owner, "Good");
        Client others = workspace("elsewhere.example");
        String foreign = label(others, "Foreign");
        for (String[] row : new String[][] {
            {change(quoted(good) + ", " + quoted(foreign), ""), "/add_labels/1"},
            {change("\"lbl_nonsense\"", ""), "/add_labels/0"},
            {change("", quoted(foreign)), "/remove_labels/0"},
            {change(quoted(good), quoted(good)), "/add_labels"},
            {"{\"add_labels\": null}", "/add_labels"},
            {"{\"labels\": []}", "/labels"},
        }) {
            Answer refused = owner.patch(MESSAGES + message + "/", row[0]).expect(422);
            assertEquals(row[1], refused.place(), row[0]);
        }
        assertEquals(
                List.of(),
                labelsOf(owner.get(MESSAGES + message + "/").expect(200).body()));
        others.patch(MESSAGES + message + "/", change(quoted(foreign), "")).expect(404);
        for (int i = 0; i < 20; i++) {
            put(owner, message, label(owner, "Number " + i)).expect(200);
        }
        assertEquals("/add_labels", put(owner, message, good).expect(422).place());
        assertEquals(
                20,
                labelsOf(owner.get(MESSAGES + message + "/").expect(200).body()).size());
        assertEquals(List.of(), subjects(owner, "label=good"));
    }

    @Test
    default void who_may_not_label_or_does_not_see_a_mail_does_not_label_it() {
        Client owner = workspace("scopes.example");
        String board = endpoint(owner, "board");
        String message = mail(owner, "desk@scopes.example", "For the desk");
        String theirs = mail(owner, "board@scopes.example", "For the board");
        String label = label(owner, "Any");
        Client writer = bound(owner, board, "\"labels:write\"");
        Client reader = bound(owner, board, "\"labels:read\", \"email:read\"");
        Client both = bound(owner, board, "\"labels:write\", \"email:read\"");

        put(both, theirs, label).expect(200);
        put(both, message, label).expect(404);
        assertEquals(403, put(writer, theirs, label).status(), "it would be shown the mail");
        assertEquals(403, put(reader, theirs, label).status());
        assertEquals(403, reader.post(LABELS, "{\"name\": \"New\"}").status());
        assertEquals(403, reader.delete(LABELS + label + "/").status());
        assertEquals(403, writer.get(LABELS).status());
        reader.get(LABELS).expect(200);
        assertEquals(List.of("For the board"), subjects(both, "label=any"));
        put(owner, message, label).expect(200);
        assertEquals(List.of("For the board"), subjects(both, "label=any"));
        assertEquals(List.of("For the board", "For the desk"), subjects(owner, "label=any"));
        assertFalse(subjects(server().makeMember("scopes.example", "eve@scopes.example", "email:read"), "label=any")
                .contains("For the desk"));
    }

    private Client bound(Client owner, String inbox, String scopes) {
        return server().new Client(owner.post(
                        "/v1/tokens/",
                        "{\"label\": \"x\", \"inbox_id\": \"" + inbox + "\", \"scopes\": [" + scopes + "]}")
                .expect(201)
                .text("token"));
    }

    @Test
    default void a_draft_keeps_its_labels_and_its_place_when_it_is_sent() {
        Client owner = workspace("kept.example");
        String label = label(owner, "Keep");
        String question = mail(owner, "desk@kept.example", "Question");
        String draft = owner.post(
                        MESSAGES,
                        "{\"reply_to_message_id\": \"" + question + "\", \"draft\": true, \"text_body\": \"Draft\"}")
                .expect(202)
                .text("message_id");
        put(owner, draft, label).expect(200);
        put(owner, mail(owner, "desk@kept.example", "Between"), label).expect(200);
        owner.post("/v1/api/email/messages/" + question + "/reply", "{\"text\": \"Sent\"}")
                .expect(200);

        assertEquals(List.of("Re: Question", "Between"), subjects(owner, "label=keep"));
        Answer page = owner.get(MESSAGES + "?label=keep&limit=1").expect(200);
        assertEquals("Re: Question", page.body().path(0).path("subject").asText());
        assertEquals(
                List.of("Between"), owner.get(page.next()).expect(200).body().findValuesAsText("subject"));
    }
}
