package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.events;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.lines;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.chancery.server.endtoend.Approvals.typesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** Time that people had is over: nothing leaves, and an owner may have it decided after all; run on each database. */
interface ApprovalExpiryContract extends TimedApprovals {

    @Test
    default void what_nobody_decides_in_time_expires_and_never_leaves_unless_an_owner_opens_it_again() {
        Client agent = approvals().restricted(approvals().endpoint("x.late"), FOUR_HOURS);
        Answer sent = hold(agent, "client@elsewhere.example", "late mail");
        String approval = sent.text("approval_id");
        assertEquals(
                clock().instant().plus(Duration.ofHours(4)).toString(),
                admin().get(item(approval)).text("expires_at"));
        clock().turn(Duration.ofHours(4));
        assertEquals("expired", approve(admin(), approval).expect(409).code());
        awaitExpiry(approval);
        assertEquals("expired", approve(admin(), approval).expect(409).code());
        assertEquals("expired", reject(admin(), approval, "late").expect(409).code());
        assertEquals("held", approvals().statusOf(sent.text("message_id")));
        assertEquals(List.of("approval.queued", "approval.expired"), typesOf(events(agent, approval)));
        assertEquals(List.of(), approvals().arrived("late mail"));

        Client member = approvals().reviewer("x.member");
        assertEquals(
                "owner_required",
                member.post(item(approval) + "reopen/", "{}").expect(403).code());
        assertEquals(
                "self_approval",
                agent.post(item(approval) + "reopen/", "{}").expect(403).code());
        Answer open = admin().post(item(approval) + "reopen/", "{\"note\": \"after all\"}")
                .expect(200);
        assertEquals("pending", open.text("status"));
        assertEquals(clock().instant().plus(Duration.ofHours(4)).toString(), open.text("expires_at"));
        assertEquals(
                "not_expired",
                admin().post(item(approval) + "reopen/", "{}").expect(409).code());
        approve(member, approval).expect(200);
        approvals().awaitArrival("late mail");
        assertEquals(1, approvals().arrived("late mail").size());
    }

    @Test
    default void what_was_decided_in_time_does_not_expire() {
        Client agent = approvals().restricted(approvals().endpoint("x.done"), FOUR_HOURS);
        String approved = hold(agent, "client@elsewhere.example", "in time").text("approval_id");
        String rejected =
                hold(agent, "client@elsewhere.example", "rejected in time").text("approval_id");
        String waiting = hold(agent, "client@elsewhere.example", "not in time").text("approval_id");
        approve(admin(), approved).expect(200);
        reject(admin(), rejected, "no").expect(200);
        clock().turn(Duration.ofHours(4));
        awaitExpiry(waiting);
        assertEquals("executed", admin().get(item(approved)).text("status"));
        assertEquals("rejected", admin().get(item(rejected)).text("status"));
    }

    @Test
    default void what_was_submitted_expires_alike_and_needs_as_many_people() {
        String secret = approvals()
                .secret(
                        approvals().endpoint("x.smtp"),
                        "[{\"action\": \"email:send\", \"reviewers\": 2, \"expires_after\": \"4h\"}]");
        String reply = approvals()
                .submit(
                        secret,
                        "x.smtp@acme.example",
                        List.of("client@elsewhere.example"),
                        lines(
                                "From: x.smtp@acme.example",
                                "To: client@elsewhere.example",
                                "Subject: late by SMTP",
                                "",
                                "As discussed."));
        Matcher held = SubmittedHoldContract.HELD.matcher(reply);
        assertTrue(held.matches(), reply);
        String approval = held.group(1);
        assertEquals(
                clock().instant().plus(Duration.ofHours(4)).toString(),
                admin().get(item(approval)).text("expires_at"));
        assertEquals("pending", approve(admin(), approval).expect(200).text("status"));
        clock().turn(Duration.ofHours(4));
        awaitExpiry(approval);
        assertEquals("held", approvals().statusOf(held.group(2)));

        Client second = approvals().reviewer("x.second");
        assertEquals("expired", approve(second, approval).expect(409).code());
        admin().post(item(approval) + "reopen/", "{}").expect(200);
        // What was said before it expired is over with it.
        assertEquals("pending", approve(second, approval).expect(200).text("status"));
        assertEquals(List.of(), approvals().arrived("late by SMTP"));
        assertEquals("executed", approve(admin(), approval).expect(200).text("status"));
        approvals().awaitArrival("late by SMTP");
    }
}
