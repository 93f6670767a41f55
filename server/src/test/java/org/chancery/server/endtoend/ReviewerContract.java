package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.LIST;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.events;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.ids;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.mail;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.chancery.server.endtoend.Approvals.typesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** Who may decide, and on what; run on each database. */
interface ReviewerContract {

    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private Client admin() {
        return server().admin;
    }

    /** Neither decision is open to the caller, for that reason. */
    private void refused(Client by, String approval, String code) {
        assertEquals(code, approve(by, approval).expect(403).code());
        assertEquals(code, reject(by, approval, "mine").expect(403).code());
    }

    @Test
    default void an_agent_does_not_decide_on_its_own_request_with_whatever_token() {
        String inbox = approvals().endpoint("r.self");
        Client agent = approvals().restricted(inbox, EVERYTHING);
        String approval =
                hold(agent, "client@elsewhere.example", "self approved").text("approval_id");
        refused(agent, approval, "self_approval");
        refused(approvals().restricted(inbox, EVERYTHING), approval, "self_approval");
        refused(
                server().new Client(server().makeToken(inbox, "approvals:read", "approvals:write")),
                approval,
                "self_approval");
        Client made = server().new Client(agent.post(
                        "/v1/tokens/",
                        "{\"label\": \"made\", \"inbox_id\": \"" + inbox
                                + "\", \"scopes\": [\"approvals:read\", \"approvals:write\"],"
                                + " \"requires_approval\": [\"email:send\"]}")
                .expect(201)
                .text("token"));
        refused(made, approval, "self_approval");
        assertEquals("pending", admin().get(item(approval)).text("status"));
        assertEquals(List.of(), approvals().arrived("self approved"));
    }

    @Test
    default void no_program_decides_on_anothers_request_either() {
        Client agent = approvals().restricted(approvals().endpoint("r.asks"), EVERYTHING);
        String approval = hold(agent, "client@elsewhere.example", "asked").text("approval_id");
        Client other = approvals().restricted(approvals().endpoint("r.other"), EVERYTHING);
        approve(other, approval).expect(404);
        reject(other, approval, "not mine").expect(404);
        other.get(item(approval)).expect(404);
        assertFalse(ids(other.get(LIST)).contains(approval));
    }

    @Test
    default void a_person_does_not_decide_on_their_own_request_and_another_one_does() {
        Client own = approvals().personal(admin(), EVERYTHING, "email:send", "email:read", "approvals:write");
        String inbox = approvals().endpoint("r.person");
        String sent = "{\"inbox_id\": \"" + inbox + "\", "
                + mail("client@elsewhere.example", "my own").substring(1);
        String approval = own.post("/v1/messages/", sent).expect(202).text("approval_id");
        refused(own, approval, "self_approval");
        refused(admin(), approval, "self_approval");
        refused(approvals().personal(admin(), "[]", "approvals:write"), approval, "self_approval");
        approve(approvals().reviewer("r.colleague"), approval).expect(200);
        approvals().awaitArrival("my own");
    }

    @Test
    default void a_restricted_person_does_not_let_mail_out_by_the_review_queue() {
        server().makeEndpoint("r.light", "");
        String question = server().receive("r.light@acme.example", "a question for people");
        Client own = approvals()
                .personal(
                        admin(),
                        EVERYTHING,
                        "email:send",
                        "email:read",
                        "conversations:read",
                        "conversations:write",
                        "admin");
        Answer refused = own.post("/v1/api/email/messages/" + question + "/reply", "{\"text\": \"Yes.\"}")
                .expect(403);
        assertEquals("approval_required", refused.code());
        assertEquals(List.of(), approvals().arrived("Re: a question for people"));
    }

    @Test
    default void two_different_people_approve_what_needs_two() {
        Client agent = approvals()
                .restricted(approvals().endpoint("r.pair"), "[{\"action\": \"email:send\", \"reviewers\": 2}]");
        String approval =
                hold(agent, "client@elsewhere.example", "twice approved").text("approval_id");
        Client colleague = approvals().reviewer("r.second");
        assertEquals("pending", approve(admin(), approval).expect(200).text("status"));
        Answer again = approve(admin(), approval).expect(409);
        assertEquals("already_decided", again.code());
        assertEquals(
                "owner@acme.example", again.body().path("decision").path("by").asText());
        assertEquals(
                "already_decided",
                approve(approvals().personal(admin(), "[]", "approvals:write"), approval)
                        .expect(409)
                        .code());
        assertEquals(List.of(), approvals().arrived("twice approved"));
        Answer second = approve(colleague, approval).expect(200);
        assertEquals("executed", second.text("status"));
        assertEquals(2, second.body().path("decisions").size());
        approvals().awaitArrival("twice approved");
        assertEquals(1, approvals().arrived("twice approved").size());
    }

    @Test
    default void a_rule_that_asks_for_two_by_now_asks_for_two_of_what_waits() {
        Client agent = approvals().restricted(approvals().endpoint("r.tighter"), EVERYTHING);
        String approval = hold(agent, "client@elsewhere.example", "tightened").text("approval_id");
        admin().patch(
                        "/v1/tokens/" + agent.get("/v1/whoami/").text("token_id") + "/",
                        "{\"requires_approval\": [{\"action\": \"email:send\", \"reviewers\": 2}]}")
                .expect(200);
        assertEquals("pending", approve(admin(), approval).expect(200).text("status"));
        assertEquals(List.of(), approvals().arrived("tightened"));
        assertEquals(
                "executed",
                approve(approvals().reviewer("r.tightens"), approval)
                        .expect(200)
                        .text("status"));
        approvals().awaitArrival("tightened");
    }

    @Test
    default void one_no_is_enough_where_two_have_to_say_yes() {
        Client agent = approvals()
                .restricted(approvals().endpoint("r.veto"), "[{\"action\": \"email:send\", \"reviewers\": 2}]");
        String approval = hold(agent, "client@elsewhere.example", "vetoed").text("approval_id");
        approve(admin(), approval).expect(200);
        assertEquals(
                "rejected",
                reject(approvals().reviewer("r.veto"), approval, "no")
                        .expect(200)
                        .text("status"));
        assertEquals(List.of(), approvals().arrived("vetoed"));
    }

    @Test
    default void what_a_reviewer_edits_is_what_leaves_and_both_versions_are_kept() {
        Client agent = approvals().restricted(approvals().endpoint("r.edit"), EVERYTHING);
        Answer sent = agent.post("/v1/messages/", """
                        {"to": [{"email": "client@elsewhere.example", "name": "Clara"}], "subject": "edited",
                         "text_body": "Dear Clara,\\nthe price is 100.\\nRegards", "html_body": "<p>the price is 100</p>",
                         "attachments": [{"filename": "offer.txt", "content_type": "text/plain", "content": "YSBmaWxl"}]}""").expect(202);
        String approval = sent.text("approval_id");
        Answer approved = admin().post(
                        item(approval) + "approve/",
                        "{\"edits\": {\"text_body\": \"Dear Clara,\\nthe price is 120.\\nRegards\"}}")
                .expect(200);
        assertEquals("executed", approved.text("status"));
        List<JsonNode> changes = Approvals.each(
                        approved.body().path("decisions").get(0).path("changes"))
                .toList();
        assertEquals("text_body", changes.getFirst().path("field").asText());
        assertTrue(changes.getFirst().path("before").asText().contains("100"));
        assertTrue(changes.getFirst().path("after").asText().contains("120"));
        assertEquals(
                " Dear Clara,\n-the price is 100.\n+the price is 120.\n Regards",
                changes.getFirst().path("difference").asText().strip().replaceAll("(?m)^Dear", " Dear"));
        assertEquals("html_body", changes.get(1).path("field").asText());
        assertEquals("", changes.get(1).path("after").asText());
        String arrived = approvals().awaitArrival("edited").getFirst().content().text();
        assertTrue(arrived.contains("the price is 120."), arrived);
        assertFalse(arrived.contains("100"), arrived);
        assertTrue(arrived.contains("offer.txt") && arrived.contains("Clara"), arrived);
        assertTrue(arrived.contains(sent.text("message_id")), "under the Message-ID that it had");
        assertEquals(1, approvals().arrived("edited").size());
    }

    @Test
    default void an_edit_by_one_of_two_is_approved_by_both_of_them() {
        Client agent = approvals()
                .restricted(approvals().endpoint("r.edits"), "[{\"action\": \"email:send\", \"reviewers\": 2}]");
        String approval =
                hold(agent, "client@elsewhere.example", "first version").text("approval_id");
        String version = admin().get(item(approval)).text("version");
        Client colleague = approvals().reviewer("r.editor");
        approve(admin(), approval).expect(200);
        Answer edited = colleague
                .post(item(approval) + "approve/", "{\"edits\": {\"subject\": \"second version\"}}")
                .expect(200);
        assertEquals("pending", edited.text("status"));
        assertEquals(
                "second version", edited.body().path("payload").path("subject").asText());
        Answer blind = admin().post(item(approval) + "approve/", "{\"version\": \"" + version + "\"}")
                .expect(409);
        assertEquals("approval_changed", blind.code());
        // A yes that does not say what it saw may be about the version before.
        assertEquals("approval_changed", approve(admin(), approval).expect(409).code());
        assertEquals(List.of("approval.queued", "approval.changed"), typesOf(events(admin(), approval)));
        assertEquals(
                "executed",
                admin().post(item(approval) + "approve/", "{\"version\": \"" + edited.text("version") + "\"}")
                        .expect(200)
                        .text("status"));
        approvals().awaitArrival("second version");
        assertEquals(List.of(), approvals().arrived("first version"));
    }

    @Test
    default void edits_that_could_not_be_sent_are_refused() {
        Client agent = approvals().restricted(approvals().endpoint("r.bad"), EVERYTHING);
        String approval =
                hold(agent, "client@elsewhere.example", "badly edited").text("approval_id");
        String call = item(approval) + "approve/";
        assertEquals(
                "/edits/subject",
                admin().post(call, "{\"edits\": {\"subject\": \"a\\r\\nBcc: eve@elsewhere.example\"}}")
                        .expect(422)
                        .place());
        assertEquals(
                "/edits/text_body",
                admin().post(call, "{\"edits\": {\"text_body\": \" \"}}")
                        .expect(422)
                        .place());
        assertEquals(
                "/edits/to",
                admin().post(call, "{\"edits\": {\"to\": []}}").expect(422).place());
        assertEquals("pending", admin().get(item(approval)).text("status"));
    }

    @Test
    default void scopes_are_needed_and_other_workspaces_find_nothing() {
        Client agent = approvals().restricted(approvals().endpoint("r.scope"), EVERYTHING);
        String approval = hold(agent, "client@elsewhere.example", "scoped").text("approval_id");
        Client reader = server().makeMember("acme.example", "r.reader@acme.example", "approvals:read");
        reader.get(item(approval)).expect(200);
        assertEquals("missing_scope", approve(reader, approval).expect(403).code());
        Client sender = server().makeMember("acme.example", "r.sender@acme.example", "email:read");
        assertEquals("missing_scope", sender.get(LIST).expect(403).code());
        server().stranger().get(LIST).expect(401);
        Client stranger = server().makeWorkspace("r-other.example");
        stranger.get(item(approval)).expect(404);
        approve(stranger, approval).expect(404);
        reject(stranger, approval, "no").expect(404);
        assertEquals(List.of(), ids(stranger.get(LIST)));
        admin().get(item("apr_unknown")).expect(404);
        assertEquals("?status", admin().get(LIST + "?status=open").expect(422).place());
    }

    @Test
    default void a_list_is_paged_newest_first() {
        Client agent = approvals().restricted(approvals().endpoint("r.pages"), EVERYTHING);
        List<String> held = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            held.addFirst(hold(agent, "client@elsewhere.example", "page " + i).text("approval_id"));
        }
        List<String> listed = new ArrayList<>();
        String next = LIST + "?limit=2";
        while (!next.isEmpty()) {
            Answer page = agent.get(next).expect(200);
            assertTrue(page.body().size() <= 2);
            listed.addAll(ids(page));
            next = page.next();
        }
        assertEquals(held, listed);
    }
}
