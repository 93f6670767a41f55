package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** Two who do different things about one approval at the same instant: one does it, and the other is told; run on each database. */
interface RacingDecisionsContract {
    int ROUNDS = 5;

    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private Client admin() {
        return server().admin;
    }

    /** What both were told, in the order in which they are given. */
    private static List<Answer> atOnce(Supplier<Answer> one, Supplier<Answer> other) {
        List<CompletableFuture<Answer>> calls =
                Stream.of(one, other).map(CompletableFuture::supplyAsync).toList();
        return calls.stream().map(CompletableFuture::join).toList();
    }

    @Test
    default void yes_and_no_at_once_are_one_of_them() {
        Client agent = approvals().restricted(approvals().endpoint("q.yesno"), EVERYTHING);
        Client other = approvals().reviewer("q.no");
        for (int round = 0; round < ROUNDS; round++) {
            String subject = "yes or no " + round;
            Answer sent = hold(agent, "client@elsewhere.example", subject);
            String approval = sent.text("approval_id");
            List<Answer> told = atOnce(() -> approve(admin(), approval), () -> reject(other, approval, "no"));
            boolean isYes = told.getFirst().status() == 200;
            told.get(isYes ? 0 : 1).expect(200);
            Answer loser = told.get(isYes ? 1 : 0).expect(409);
            assertEquals("already_decided", loser.code());
            assertEquals(
                    isYes ? "owner@acme.example" : "q.no@acme.example",
                    loser.body().path("decision").path("by").asText());
            assertEquals(
                    isYes ? "executed" : "rejected", admin().get(item(approval)).text("status"));
            if (isYes) {
                approvals().awaitArrival(subject);
            }
            assertEquals(isYes ? 1 : 0, approvals().arrived(subject).size());
        }
    }

    @Test
    default void a_yes_and_a_persons_own_answer_at_once_are_one_answer() {
        Client agent = approvals().restricted(approvals().endpoint("q.answer"), EVERYTHING);
        for (int round = 0; round < ROUNDS; round++) {
            String subject = "who answers " + round;
            String question = server().receive("q.answer@acme.example", subject);
            Answer sent = agent.post(
                            "/v1/messages/",
                            "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"Tomorrow.\"}")
                    .expect(202);
            String approval = sent.text("approval_id");
            List<Answer> told = atOnce(
                    () -> approve(admin(), approval),
                    () -> admin().post("/v1/api/email/messages/" + question + "/reply", "{\"text\": \"Today.\"}"));
            long done = told.stream().filter(answer -> answer.status() == 200).count();
            assertEquals(1, done, told.toString());
            Answer loser = told.stream()
                    .filter(answer -> answer.status() != 200)
                    .findFirst()
                    .orElseThrow()
                    .expect(409);
            assertTrue(List.of("cancelled", "already_handled").contains(loser.code()), loser.code());
            approvals().awaitArrival("Re: " + subject);
            assertEquals(1, approvals().arrived("Re: " + subject).size());
        }
    }

    @Test
    default void a_yes_and_the_end_of_the_inbox_at_once_leave_nothing_waiting() {
        for (int round = 0; round < ROUNDS; round++) {
            String subject = "the end " + round;
            String inbox = approvals().endpoint("q.end" + round);
            Answer sent = hold(approvals().restricted(inbox, EVERYTHING), "client@elsewhere.example", subject);
            String approval = sent.text("approval_id");
            List<Answer> told =
                    atOnce(() -> approve(admin(), approval), () -> admin().delete("/v1/api/email/endpoints/" + inbox));
            told.getLast().expect(204);
            String status = admin().until(
                            item(approval), shown -> !shown.text("status").equals("pending"))
                    .text("status");
            boolean isSent = told.getFirst().status() == 200;
            assertEquals(isSent ? "executed" : "cancelled", status);
            if (isSent) {
                approvals().awaitArrival(subject);
            }
            assertEquals(isSent ? 1 : 0, approvals().arrived(subject).size());
        }
    }
}
