package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.events;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.typesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chancery.core.mailbox.ChangedMail;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.log.HeardLog;
import org.chancery.testkit.peer.Stage;
import org.chancery.testkit.peer.Stall;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What was held is pinned by its digest: where the bytes in the store are others, or gone, nothing leaves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PinnedContentTest {
    /** A promise in the place of a proposal. */
    private static final Damage AGREED = file -> {
        String mail = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertTrue(mail.contains("proposed"));
        Files.writeString(file, mail.replace("proposed", "agreed on"), StandardCharsets.ISO_8859_1);
    };

    private RunningServer server;
    private Approvals approvals;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory);
        approvals = new Approvals(server);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private interface Damage {
        void to(Path file) throws IOException;
    }

    private void fails(String localPart, String subject, Damage damage) throws IOException {
        Client agent = approvals.restricted(approvals.endpoint(localPart), EVERYTHING);
        Answer sent = hold(agent, "client@elsewhere.example", subject);
        String approval = sent.text("approval_id");
        Path file = server.fileOf(server.admin.get(item(approval)).text("version"));
        byte[] held = Files.readAllBytes(file);
        damage.to(file);
        server.admin.get(item(approval)).expect(200);
        assertEquals("failed", approve(server.admin, approval).expect(200).text("status"));
        // Failed it has, also when the bytes are there again.
        Files.write(file, held);
        assertEquals("failed", approvals.statusOf(sent.text("message_id")));
        assertEquals(List.of("approval.queued", "approval.rejected"), typesOf(events(agent, approval)));
        assertEquals(
                1,
                Approvals.each(agent.get("/v1/events/?types=message.failed&limit=500")
                                .expect(200)
                                .body()
                                .path("events"))
                        .filter(event -> event.path("payload")
                                .path("approval_id")
                                .asText()
                                .equals(approval))
                        .count());
        assertEquals(
                "already_decided", approve(server.admin, approval).expect(409).code());
        assertEquals(List.of(), approvals.arrived(subject));
    }

    /** What an attacker with a hand in the store does between a person's yes and the mail's way out. */
    private void neverLeaves(String localPart, String subject, Stage stalled) throws IOException {
        try (HeardLog log = HeardLog.of("org.chancery.delivery")) {
            Client agent = approvals.restricted(approvals.endpoint(localPart), EVERYTHING);
            Answer sent = hold(agent, "client@elsewhere.example", subject);
            String approval = sent.text("approval_id");
            Path file = server.fileOf(server.admin.get(item(approval)).text("version"));
            Stall stall = server.peer.at(stalled).once().stall();
            int reached = server.peer.timesReached(stalled);
            assertEquals("executed", approve(server.admin, approval).expect(200).text("status"));
            server.peer.awaitStage(stalled, reached + 1, RunningServer.PATIENCE);
            AGREED.to(file);
            stall.release();
            server.admin.until(
                    "/v1/messages/" + sent.text("message_id") + "/",
                    message -> message.text("status").equals("failed"));
            JsonNode delivery = approvals
                    .message(sent.text("message_id"))
                    .path("deliveries")
                    .path(0);
            assertEquals("failed", delivery.path("status").asText());
            assertEquals(ChangedMail.REPLY, delivery.path("smtp_reply").asText());
            assertEquals(1, log.lines("ERROR", sent.text("message_id")).size());
            assertEquals(List.of(), approvals.arrived(subject));
            assertEquals(
                    List.of(),
                    server.peer.unacknowledgedMails().stream()
                            .filter(mail -> mail.content().text().contains(subject))
                            .toList());
        }
    }

    @Test
    void changed_bytes_fail_the_approval() throws IOException {
        fails("p.changed", "changed in the store", AGREED);
    }

    @Test
    void bytes_that_are_changed_after_the_approval_never_leave() throws IOException {
        // Before the session they were looked at once; it may be one that brought another mail before.
        neverLeaves("p.begun", "changed before MAIL", Stage.MAIL);
        neverLeaves("p.data", "changed behind DATA", Stage.DATA);
    }

    @Test
    void bytes_that_are_changed_between_two_attempts_never_leave() throws IOException {
        Client agent = approvals.restricted(approvals.endpoint("p.deferred"), EVERYTHING);
        Answer sent = hold(agent, "later@elsewhere.example", "changed between attempts");
        String approval = sent.text("approval_id");
        Path file = server.fileOf(server.admin.get(item(approval)).text("version"));
        Stall stall = server.peer.at(Stage.RCPT, "later@").once().stall();
        server.peer.at(Stage.DATA).once().answer("451 4.3.0 not now");
        int reached = server.peer.timesReached(Stage.RCPT);
        approve(server.admin, approval).expect(200);
        server.peer.awaitStage(Stage.RCPT, reached + 1, RunningServer.PATIENCE);
        AGREED.to(file);
        stall.release();
        server.admin.until(
                "/v1/messages/" + sent.text("message_id") + "/",
                message -> message.text("status").equals("failed"));
        assertEquals(List.of(), approvals.arrived("changed between attempts"));
    }

    @Test
    void bytes_that_are_changed_do_not_come_to_an_endpoint_of_ours_either() throws IOException {
        String inbox = server.makeEndpoint("p.hosted", "");
        Client agent = approvals.restricted(approvals.endpoint("p.inside"), EVERYTHING);
        Answer sent = hold(agent, "p.hosted@acme.example", "changed within");
        String approval = sent.text("approval_id");
        Path file = server.fileOf(server.admin.get(item(approval)).text("version"));
        // The endpoint sleeps, so that the mail waits in the queue.
        server.admin
                .patch("/v1/api/email/endpoints/" + inbox, "{\"enabled\": false}")
                .expect(200);
        approve(server.admin, approval).expect(200);
        AGREED.to(file);
        server.admin
                .patch("/v1/api/email/endpoints/" + inbox, "{\"enabled\": true}")
                .expect(200);
        server.admin.until(
                "/v1/messages/" + sent.text("message_id") + "/",
                message -> message.text("status").equals("failed"));
        assertEquals(
                List.of(),
                Approvals.each(server.admin
                                .get("/v1/messages/?inbox_id=" + inbox)
                                .expect(200)
                                .body())
                        .toList());
    }

    @Test
    void bytes_that_are_missing_for_a_while_leave_the_approval_pending() throws IOException {
        Client agent = approvals.restricted(approvals.endpoint("p.lost"), EVERYTHING);
        String approval =
                hold(agent, "client@elsewhere.example", "lost in the store").text("approval_id");
        Path file = server.fileOf(server.admin.get(item(approval)).text("version"));
        byte[] held = Files.readAllBytes(file);
        Files.delete(file);
        Answer shown = server.admin.get(item(approval)).expect(200);
        assertTrue(shown.body().path("payload").path("text_body").isNull());
        assertEquals("unavailable", approve(server.admin, approval).expect(503).code());
        assertEquals(
                503,
                server.admin
                        .post(item(approval) + "approve/", "{\"edits\": {\"subject\": \"found again\"}}")
                        .status());
        assertEquals("pending", server.admin.get(item(approval)).text("status"));
        assertEquals(List.of("approval.queued"), typesOf(events(agent, approval)));
        Files.write(file, held);
        assertEquals("executed", approve(server.admin, approval).expect(200).text("status"));
        approvals.awaitArrival("lost in the store");
    }
}
