package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is told to a call that comes in, or goes on, while another one is in the midst of its transaction. On PostgreSQL: on H2 nothing else is made
 * durable while a transaction waits.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallsUnderWayTest {
    private RunningServer server;
    private Approvals approvals;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.onPostgres(directory);
        approvals = new Approvals(server);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void a_key_whose_request_is_under_way_is_409() throws SQLException {
        OwnWorkspace place = OwnWorkspace.on(server);
        String workspace = place.owner.get("/v1/whoami/").expect(200).text("workspace_id");
        Supplier<Answer> making =
                () -> place.owner.post("/v1/tokens/", "{\"label\": \"once\", \"scopes\": [\"email:read\"]}", "one-key");
        CompletableFuture<Answer> first;
        try (HeldRow held = HeldRow.of(
                server, "workspace", WorkspaceId.parse(workspace).orElseThrow().value())) {
            first = CompletableFuture.supplyAsync(making);
            held.awaitWaiting(1);
            Answer second = making.get();
            assertEquals("idempotency_in_flight", second.expect(409).code());
            assertEquals("1", second.header("Retry-After"));
        }
        assertEquals(
                first.join().expect(201).text("token_id"),
                making.get().expect(201).text("token_id"));
    }

    @Test
    void whose_token_ends_while_they_decide_has_decided_nothing() throws SQLException {
        Client agent = approvals.restricted(approvals.endpoint("q.leaves"), EVERYTHING);
        Client reviewer = approvals.reviewer("q.leaver");
        String token = Refusals.tokenOf(reviewer);
        String approval =
                hold(agent, "client@elsewhere.example", "decided by nobody").text("approval_id");
        CompletableFuture<Answer> decision;
        try (HeldRow held = HeldRow.of(
                server, "approval", ApprovalId.parse(approval).orElseThrow().value())) {
            decision = CompletableFuture.supplyAsync(() -> approve(reviewer, approval));
            held.awaitWaiting(1);
            server.admin.delete("/v1/tokens/" + token + "/").expect(204);
        }
        assertEquals("token_ended", decision.join().expect(403).code());
        assertEquals("pending", server.admin.get(item(approval)).text("status"));
        assertEquals(List.of(), approvals.arrived("decided by nobody"));
    }

    @Test
    void who_decides_while_the_inbox_is_removed_is_told_so() throws SQLException {
        String inbox = approvals.endpoint("q.closing");
        String path = "/v1/api/email/endpoints/" + inbox;
        Client agent = approvals.restricted(inbox, EVERYTHING);
        Answer older = hold(agent, "client@elsewhere.example", "decided too late");
        Answer newer = hold(agent, "client@elsewhere.example", "settled first");
        CompletableFuture<Answer> removal;
        // What waits is settled from the newest on, so that the older one waits behind it.
        try (HeldRow ignored = HeldRow.of(
                server,
                "approval",
                ApprovalId.parse(newer.text("approval_id")).orElseThrow().value())) {
            removal = CompletableFuture.supplyAsync(() -> server.admin.delete(path));
            server.admin.until(path, answer -> answer.status() == 404);
            assertEquals(
                    "endpoint_removed",
                    approve(server.admin, older.text("approval_id")).expect(409).code());
            assertEquals(
                    "pending", server.admin.get(item(older.text("approval_id"))).text("status"));
        }
        removal.join().expect(204);
        for (Answer sent : List.of(older, newer)) {
            assertEquals(
                    "cancelled",
                    server.admin.get(item(sent.text("approval_id"))).text("status"));
            assertEquals("cancelled", approvals.statusOf(sent.text("message_id")));
        }
        assertEquals(List.of(), approvals.arrived("decided too late"));
        assertEquals(List.of(), approvals.arrived("settled first"));
    }

    @Test
    void of_two_changes_of_an_agents_ways_at_once_one_is_made() throws SQLException {
        OwnWorkspace place = OwnWorkspace.on(server);
        String agent = place.agent("helper");
        String path = "/v1/agents/" + agent + "/";
        List<CompletableFuture<Answer>> calls;
        try (HeldRow held =
                HeldRow.of(server, "agent", AgentId.parse(agent).orElseThrow().value())) {
            calls = Stream.of(
                            "{\"execution_mode\": \"human\"}", "{\"webhook_url\": \"https://hooks.customer.example/\"}")
                    .map(change -> CompletableFuture.supplyAsync(() -> place.owner.patch(path, change)))
                    .toList();
            held.awaitWaiting(2);
        }
        List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();
        Answer made = answers.get(answers.getFirst().status() == 200 ? 0 : 1).expect(200);
        assertEquals(
                "agent_changed",
                answers.get(made.equals(answers.getFirst()) ? 1 : 0).expect(409).code());
        Answer shown = place.owner.get(path).expect(200);
        for (String field : List.of("execution_mode", "webhook_url")) {
            assertEquals(made.body().path(field), shown.body().path(field), field);
        }
    }
}
