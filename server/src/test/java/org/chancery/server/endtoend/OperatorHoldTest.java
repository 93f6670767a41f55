package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator whose outbound processor holds mail, whatever the tokens say. */
class OperatorHoldTest {
    private static final String BY_RULES = "<mailet match=\"RequiresApproval\" class=\"Hold\"/>";

    @TempDir
    private Path directory;

    private RunningServer holding(String matcher) throws IOException {
        String shipped = Files.readString(Path.of("..", "conf", "mailetcontainer.xml"));
        assertTrue(shipped.contains(BY_RULES));
        String own = "<mailet match=\"" + matcher + "\" class=\"Hold\"/>";
        Path pipeline = Files.writeString(directory.resolve("own.xml"), shipped.replace(BY_RULES, BY_RULES + own));
        return RunningServer.on(directory.resolve("data"), Map.of(), pipeline);
    }

    @Test
    void what_the_operators_line_holds_waits_for_somebody_else_and_says_so() throws IOException {
        try (RunningServer server = holding("All")) {
            Approvals approvals = new Approvals(server);
            String inbox = approvals.endpoint("o.free");
            Client free = server
            .new Client(server.makeToken(inbox, "email:read", "email:send", "approvals:read", "approvals:write"));
            Answer held = hold(free, "client@elsewhere.example", "by the operator");
            String approval = held.text("approval_id");
            Answer shown = server.admin.get(item(approval)).expect(200);
            assertEquals("operator", shown.text("held_by"));
            assertEquals("email:send", shown.text("rule"));
            assertEquals(List.of(), received(server, "by the operator"));
            assertEquals("self_approval", approve(free, approval).expect(403).code());
            approve(server.admin, approval).expect(200);
            approvals.awaitArrival("by the operator");

            // Of a token's own rules, the strictest holds.
            Client restricted = approvals.restricted(
                    approvals.endpoint("o.ruled"), "[{\"action\": \"email:send\", \"reviewers\": 2}]");
            String ruled =
                    hold(restricted, "client@elsewhere.example", "by its rule").text("approval_id");
            Answer byRule = server.admin.get(item(ruled)).expect(200);
            assertEquals("token", byRule.text("held_by"));
            assertEquals(2, byRule.body().at("/rule/reviewers").asInt());

            // It is the operator's before it is the wish of who asked.
            Answer look = free.post(
                            "/v1/messages/",
                            Approvals.mail("client@elsewhere.example", "by both")
                                    .replace("}]", "}], \"draft\": true"))
                    .expect(202);
            assertEquals(
                    "operator", server.admin.get(item(look.text("approval_id"))).text("held_by"));

            // A person's mail waits for another person.
            Answer own = server.admin
                    .post(
                            "/v1/messages/",
                            "{\"inbox_id\": \"" + inbox + "\", "
                                    + Approvals.mail("client@elsewhere.example", "of a person")
                                            .substring(1))
                    .expect(202);
            assertEquals("held", own.text("status"));
            assertEquals(
                    "self_approval",
                    approve(server.admin, own.text("approval_id")).expect(403).code());
            approve(approvals.reviewer("o.other"), own.text("approval_id")).expect(200);
            assertEquals(1, approvals.awaitArrival("of a person").size());
            assertEquals(1, received(server, "by the operator").size());
            // Here all mail waits, also one that would be sent last to see what has left by then.
            assertEquals("pending", server.admin.get(item(ruled)).text("status"));
            assertEquals(List.of(), received(server, "by its rule"));
        }
    }

    private static List<String> received(RunningServer server, String subject) {
        return server.peer.mails().stream()
                .map(mail -> mail.content().text())
                .filter(text -> text.contains("\r\nSubject: " + subject + "\r\n"))
                .toList();
    }

    @Test
    void a_line_holds_what_its_matcher_names_and_nothing_else() throws IOException {
        try (RunningServer server = holding("RecipientIs=vip@elsewhere.example")) {
            Approvals approvals = new Approvals(server);
            Client agent = server.agentOf(approvals.endpoint("o.some"));
            String approval = hold(agent, "vip@elsewhere.example", "to the vip").text("approval_id");
            assertEquals("operator", server.admin.get(item(approval)).text("held_by"));
            Answer look = agent.post(
                            "/v1/messages/",
                            Approvals.mail("client@elsewhere.example", "to be looked at")
                                    .replace("}]", "}], \"draft\": true"))
                    .expect(202);
            assertEquals(
                    "requester",
                    server.admin.get(item(look.text("approval_id"))).text("held_by"));
            Answer other = agent.post("/v1/messages/", Approvals.mail("client@elsewhere.example", "to another one"))
                    .expect(202);
            assertEquals("queued", other.text("status"));
            approvals.awaitArrival("to another one");
            assertEquals(List.of(), received(server, "to the vip"));
        }
    }
}
