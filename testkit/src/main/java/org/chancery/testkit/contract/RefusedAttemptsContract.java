package org.chancery.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.AuditService;
import org.chancery.core.audit.AuditService.Finding;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Channel;
import org.chancery.core.audit.RefusedAttempts;
import org.chancery.core.audit.RefusedAttempts.Attempt;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.WorkspaceId;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/** What the record tells of attempts that were refused, however many there are. */
public interface RefusedAttemptsContract {
    Author AGENT = new Author("agent", "agt_one", "helper", Channel.API, "tok_one");

    Store store();

    /** A workspace of its own, in which somebody tries. */
    final class Trying {
        private final Store store;
        private final TurningClock clock = TurningClock.atStart();
        private final RefusedAttempts refused;
        private final WorkspaceId workspace;

        private Trying(Store store) {
            this.store = store;
            this.refused = new RefusedAttempts(store.transactions(), store.audit(), clock);
            this.workspace = Samples.in(store).workspace.id();
        }

        private void attempt(Author by, String subject, CallerFault fault) {
            Attempt attempt = new Attempt(workspace, by, AuditKind.APPROVAL_REFUSED, subject);
            CallerFault told = assertThrows(
                    CallerFault.class,
                    () -> refused.noting(attempt, () -> {
                        throw fault;
                    }));
            assertEquals(fault, told, "the caller is told as ever");
        }

        private void attempt(String subject) {
            attempt(AGENT, subject, CallerFault.forbidden("self_approval", "No."));
        }

        private List<String> entries() {
            return store.transactions().in(tx -> store.audit().after(tx, workspace, 0, 10_000)).stream()
                    .filter(entry -> entry.kind().equals("approval.refused"))
                    .map(entry -> entry.actor().token() + " " + entry.subject() + " " + entry.details())
                    .toList();
        }
    }

    private static String told(String subject, int count) {
        return "tok_one " + subject + " {\"code\":\"self_approval\",\"count\":" + count + "}";
    }

    @Test
    default void the_first_attempt_is_told_and_then_each_tenth_hundredth_thousandth() {
        Trying trying = new Trying(store());
        for (int i = 0; i < 2_500; i++) {
            trying.attempt("apr_1");
        }
        assertEquals(
                List.of(told("apr_1", 1), told("apr_1", 10), told("apr_1", 100), told("apr_1", 1_000)),
                trying.entries());
        assertInstanceOf(
                Finding.Intact.class,
                new AuditService(store().transactions(), store().audit()).verify(trying.workspace, null));
    }

    @Test
    default void after_an_hour_the_first_attempt_is_told_again() {
        Trying trying = new Trying(store());
        trying.attempt("apr_1");
        trying.clock.turn(Duration.ofMinutes(59));
        trying.attempt("apr_1");
        trying.clock.turn(Duration.ofMinutes(1));
        trying.attempt("apr_1");
        assertEquals(List.of(told("apr_1", 1), told("apr_1", 1)), trying.entries());
    }

    @Test
    default void of_many_subjects_the_first_are_told_by_themselves_and_the_rest_together() {
        Trying trying = new Trying(store());
        for (int i = 0; i < 1_000; i++) {
            trying.attempt("apr_" + i);
        }
        List<String> entries = trying.entries();
        assertEquals(told("apr_0", 1), entries.getFirst());
        assertEquals(
                List.of(told("tok_one", 1), told("tok_one", 10), told("tok_one", 100)),
                entries.stream()
                        .filter(entry -> entry.startsWith("tok_one tok_one"))
                        .toList());
        assertTrue(entries.size() < 30, entries.size() + " entries");
    }

    @Test
    default void tokens_and_reasons_are_counted_apart() {
        Trying trying = new Trying(store());
        trying.attempt("apr_1");
        trying.attempt(AGENT, "apr_1", CallerFault.forbidden("person_required", "No."));
        trying.attempt(
                new Author("user", "usr_one", "a@ours.example", Channel.CONSOLE, "tok_two"),
                "apr_1",
                CallerFault.forbidden("self_approval", "No."));
        assertEquals(3, trying.entries().size());
    }

    @Test
    default void what_is_only_wrong_or_too_late_is_no_attempt() {
        Trying trying = new Trying(store());
        trying.attempt(AGENT, "apr_1", CallerFault.conflict("already_decided", "Late."));
        trying.attempt(AGENT, "apr_1", CallerFault.notFound("approval"));
        trying.attempt(AGENT, "apr_1", CallerFault.invalid("/note", "is wrong"));
        assertEquals(List.of(), trying.entries());
    }

    @Test
    default void what_is_allowed_is_done_and_not_told() {
        Trying trying = new Trying(store());
        Attempt attempt = new Attempt(trying.workspace, AGENT, AuditKind.APPROVAL_REFUSED, "apr_1");
        assertEquals("done", trying.refused.noting(attempt, () -> "done"));
        assertEquals(List.of(), trying.entries());
    }
}
