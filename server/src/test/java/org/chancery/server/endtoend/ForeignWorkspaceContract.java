package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The owner of one workspace asks for what is another's, by its id: tokens, mail, approvals, evidence; run on each database. */
interface ForeignWorkspaceContract {
    RunningServer server();

    record Call(String method, String path, @Nullable String json) {
        Answer by(Client client) {
            return client.call(method, path, json);
        }
    }

    @Test
    default void tokens_mail_approvals_and_evidence_of_another_workspace_are_404() {
        OwnWorkspace theirs = OwnWorkspace.on(server());
        Client program = theirs.restricted("desk");
        String inbound = theirs.message(OwnWorkspace.ADA, "desk", "asked of others");
        Answer sent = hold(program, "client@elsewhere.example", "held by others");
        String approval = sent.text("approval_id");
        String token = "/v1/tokens/" + Refusals.tokenOf(program) + "/";
        String held = "/v1/messages/" + sent.text("message_id") + "/";
        String mail = "/v1/messages/" + inbound + "/";
        Client other = OwnWorkspace.on(server()).owner;
        String before = theirs.everything();
        String waiting = theirs.owner.get(item(approval)).expect(200).body().toString();
        for (Call call : List.of(
                new Call("GET", token, null),
                new Call("PATCH", token, "{\"label\": \"other\"}"),
                new Call("POST", token + "rotate/", ""),
                new Call("DELETE", token, null),
                new Call("GET", held, null),
                new Call("GET", mail, null),
                new Call("GET", held + "raw/", null),
                new Call("GET", mail + "raw/", null),
                new Call("GET", mail + "attachments/0/", null),
                new Call("GET", held + "evidence/", null),
                new Call("GET", mail + "evidence/", null),
                new Call("PATCH", held, "{\"remove_labels\": []}"),
                new Call("PATCH", mail, "{\"remove_labels\": []}"),
                new Call("POST", held + "cancel/", "{}"),
                new Call("GET", item(approval), null),
                new Call("GET", item(approval) + "raw/", null),
                new Call("GET", item(approval) + "evidence/", null),
                new Call("POST", item(approval) + "approve/", "{}"),
                new Call("POST", item(approval) + "reject/", "{\"reason\": \"no\"}"),
                new Call("POST", item(approval) + "reopen/", "{}"))) {
            assertEquals("not_found", call.by(other).expect(404).code(), call.method() + " " + call.path());
        }
        String to = "\"to\": [{\"email\": \"client@elsewhere.example\"}], \"text_body\": \"Hello.\"}";
        for (String field : List.of("reply_to_message_id", "inbox_id")) {
            String id = field.equals("inbox_id")
                    ? theirs.owner.get(mail).expect(200).text("inbox_id")
                    : inbound;
            assertEquals(
                    "/" + field,
                    other.post("/v1/messages/", "{\"" + field + "\": \"" + id + "\", " + to)
                            .expect(422)
                            .place());
        }
        assertEquals(before, theirs.everything());
        assertEquals(
                waiting, theirs.owner.get(item(approval)).expect(200).body().toString());
        program.get("/v1/whoami/").expect(200);
        listsShowNothingOf(
                other, List.of(inbound, sent.text("message_id"), approval, Refusals.tokenOf(program), theirs.domain));
    }

    private static void listsShowNothingOf(Client other, List<String> ids) {
        for (String list : List.of(
                "/v1/tokens/?limit=200",
                "/v1/messages/?limit=100",
                "/v1/approvals/?limit=100",
                "/v1/audit/?limit=200",
                "/v1/events/?limit=500",
                "/v1/inboxes/")) {
            String shown = other.get(list).expect(200).body().toString();
            for (String id : ids) {
                assertFalse(shown.contains(id), list + " shows " + id);
            }
        }
    }
}
