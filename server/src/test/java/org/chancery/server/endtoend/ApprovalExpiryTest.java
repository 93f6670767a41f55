package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.events;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.chancery.server.endtoend.Approvals.typesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Time that people had is over: nothing leaves, and an owner may have it decided after all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApprovalExpiryTest {
    private static final String FOUR_HOURS = "[{\"action\": \"email:send\", \"expires_after\": \"4h\"}]";

    private final TurningClock clock = TurningClock.atStart();
    private RunningServer server;
    private Approvals approvals;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, clock);
        approvals = new Approvals(server);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Answer awaitStatus(String approval, String status) {
        return server.admin.until(
                item(approval), answer -> answer.text("status").equals(status));
    }

    @Test
    void what_nobody_decides_in_time_expires_and_never_leaves_unless_an_owner_opens_it_again() {
        Client agent = approvals.restricted(approvals.endpoint("x.late"), FOUR_HOURS);
        Answer sent = hold(agent, "client@elsewhere.example", "late mail");
        String approval = sent.text("approval_id");
        assertEquals(
                clock.instant().plus(Duration.ofHours(4)).toString(),
                server.admin.get(item(approval)).text("expires_at"));
        clock.turn(Duration.ofHours(4));
        assertEquals("expired", approve(server.admin, approval).expect(409).code());
        awaitStatus(approval, "expired");
        assertEquals("expired", approve(server.admin, approval).expect(409).code());
        assertEquals(
                "expired", reject(server.admin, approval, "late").expect(409).code());
        assertEquals("held", approvals.statusOf(sent.text("message_id")));
        assertEquals(List.of("approval.queued", "approval.expired"), typesOf(events(agent, approval)));
        assertEquals(List.of(), approvals.arrived("late mail"));

        Client member = approvals.reviewer("x.member");
        assertEquals(
                "owner_required",
                member.post(item(approval) + "reopen/", "{}").expect(403).code());
        assertEquals(
                "self_approval",
                agent.post(item(approval) + "reopen/", "{}").expect(403).code());
        Answer open = server.admin
                .post(item(approval) + "reopen/", "{\"note\": \"after all\"}")
                .expect(200);
        assertEquals("pending", open.text("status"));
        assertEquals(clock.instant().plus(Duration.ofHours(4)).toString(), open.text("expires_at"));
        assertEquals(
                "not_expired",
                server.admin.post(item(approval) + "reopen/", "{}").expect(409).code());
        approve(member, approval).expect(200);
        approvals.awaitArrival("late mail");
        approvals.awaitArrival("late mail");
        assertEquals(1, approvals.arrived("late mail").size());
    }

    @Test
    void what_was_decided_in_time_does_not_expire() {
        Client agent = approvals.restricted(approvals.endpoint("x.done"), FOUR_HOURS);
        String approved = hold(agent, "client@elsewhere.example", "in time").text("approval_id");
        String rejected =
                hold(agent, "client@elsewhere.example", "rejected in time").text("approval_id");
        String waiting = hold(agent, "client@elsewhere.example", "not in time").text("approval_id");
        approve(server.admin, approved).expect(200);
        reject(server.admin, rejected, "no").expect(200);
        clock.turn(Duration.ofHours(4));
        awaitStatus(waiting, "expired");
        assertEquals("executed", server.admin.get(item(approved)).text("status"));
        assertEquals("rejected", server.admin.get(item(rejected)).text("status"));
    }
}
