package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.DeliveryReport;
import org.chancery.core.mail.DeliveryReport.Action;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.FeedbackReport;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.EarlyReports.Early;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.queue.RecipientOutcome;
import org.chancery.core.queue.RecipientOutcome.Bounced;
import org.chancery.core.queue.ReportMail;
import org.chancery.core.report.ReturnedReport;
import org.chancery.core.report.ReturnedReports;
import org.chancery.core.report.ReturnedReports.Came;
import org.chancery.core.report.ReturnedReports.Recorded;
import org.chancery.core.suppression.Suppression;
import org.chancery.core.tx.Tx;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/** What reports do that come before anybody was given the mail, or before that is recorded. */
public interface EarlyReportsContract {
    String BOB = "bob@there.example";

    Store store();

    @Test
    default void a_report_on_what_waits_in_the_queue_does_not_keep_it_from_leaving() {
        Lab lab = new Lab(store(), OutboundStatus.QUEUED);
        assertInstanceOf(Recorded.Nothing.class, lab.bounce());
        assertEquals(Progress.PENDING, lab.progress());
        assertEquals(OutboundStatus.QUEUED, lab.message().status());
        lab.record(lab.delivered());
        assertEquals(Progress.DELIVERED, lab.progress());
        assertEquals(List.of("message.sent", "message.delivered"), lab.events());
        assertEquals(Optional.empty(), lab.suppression());
    }

    @Test
    default void a_report_on_what_has_not_left_does_nothing() {
        for (OutboundStatus status : List.of(OutboundStatus.HELD, OutboundStatus.SCHEDULED, OutboundStatus.CANCELLED)) {
            Lab lab = new Lab(store(), status);
            lab.claim();
            lab.bounce();
            assertInstanceOf(Recorded.Nothing.class, lab.complaint());
            assertEquals(status, lab.message().status());
            assertEquals(List.of(), lab.events());
            assertEquals(Optional.empty(), lab.suppression());
        }
    }

    @Test
    default void a_report_that_is_faster_than_the_record_of_the_delivery_counts_with_it() {
        Lab lab = new Lab(store(), OutboundStatus.QUEUED);
        lab.claim();
        assertInstanceOf(Recorded.Bounces.class, lab.bounce());
        assertInstanceOf(Recorded.Bounces.class, lab.bounce(), "another one of it changes nothing");
        assertEquals(Progress.PENDING, lab.progress());
        assertEquals(List.of(), lab.events());
        lab.record(lab.delivered());
        assertEquals(Progress.BOUNCED, lab.progress());
        assertEquals(OutboundStatus.BOUNCED, lab.message().status());
        assertEquals(List.of("message.sent", "message.delivered", "message.bounced"), lab.events());
        assertEquals("550 words", lab.suppression().orElseThrow().note());
    }

    @Test
    default void a_report_on_an_attempt_that_handed_nothing_over_is_forgotten_with_it() {
        Lab lab = new Lab(store(), OutboundStatus.QUEUED);
        lab.claim();
        lab.bounce();
        lab.record(new RecipientOutcome.Deferred(EmailAddress.of(BOB), "451 later"));
        lab.record(lab.delivered());
        assertEquals(Progress.DELIVERED, lab.progress());
        assertEquals(Optional.empty(), lab.suppression());
    }

    @Test
    default void a_lease_that_ran_out_is_no_attempt_under_way() {
        Lab lab = new Lab(store(), OutboundStatus.QUEUED);
        lab.claim();
        lab.clock.turn(Duration.ofMinutes(11));
        assertInstanceOf(Recorded.Nothing.class, lab.bounce());
    }

    @Test
    default void nobody_complains_of_what_they_did_not_get() {
        Lab lab = new Lab(store(), OutboundStatus.QUEUED);
        lab.claim();
        assertInstanceOf(Recorded.Nothing.class, lab.complaint());
        lab.record(new RecipientOutcome.Failed(EmailAddress.of(BOB), "given up"));
        assertInstanceOf(Recorded.Nothing.class, lab.complaint());
        assertEquals(List.of("message.failed"), lab.events());
        assertEquals(Optional.empty(), lab.suppression());
    }

    @Test
    default void what_is_kept_is_taken_once_for_the_recipients_asked_for_and_forgotten_in_time() {
        Lab lab = new Lab(store(), OutboundStatus.QUEUED);
        Early bob = lab.early("Bob@there.example", "550 " + "x".repeat(2_000));
        Early eve = lab.early("eve@there.example", "550 words");
        lab.in(tx -> {
            store().earlyReports().keep(tx, bob);
            store().earlyReports().keep(tx, lab.early(BOB, "another"));
            store().earlyReports().keep(tx, eve);
        });
        List<Early> taken = new ArrayList<>();
        lab.in(tx -> taken.addAll(store().earlyReports().take(tx, lab.sent.id(), List.of(EmailAddress.of(BOB)))));
        assertEquals(1, taken.size());
        assertEquals(bob.report(), taken.getFirst().report());
        assertEquals(bob.bounced().category(), taken.getFirst().bounced().category());
        assertEquals(1_000, taken.getFirst().bounced().reply().length());
        lab.in(tx -> taken.addAll(store().earlyReports().take(tx, lab.sent.id(), List.of(EmailAddress.of(BOB)))));
        assertEquals(1, taken.size());
        int[] forgotten = new int[2];
        lab.in(tx -> forgotten[0] = store().earlyReports().forget(tx, NOW, 10));
        lab.in(tx -> forgotten[1] = store().earlyReports().forget(tx, NOW.plusSeconds(1), 10));
        assertEquals(0, forgotten[0]);
        assertEquals(1, forgotten[1]);
    }

    /** A message to one recipient with its job, and who records reports on it. */
    final class Lab {
        private final Store store;
        private final Samples samples;
        private final TurningClock clock = TurningClock.at(NOW);
        private final MessageOutcomes outcomes;
        private final ReturnedReports reports;
        private final Outbound sent;

        Lab(Store store, OutboundStatus status) {
            this.store = store;
            this.samples = Samples.in(store);
            this.outcomes = new MessageOutcomes(
                    new MessageOutcomes.Stores(
                            store.messages(),
                            store.endpoints(),
                            store.access(),
                            store.suppressions(),
                            store.awaitedReplies(),
                            store.earlyReports(),
                            store.journal()),
                    domain -> false);
            this.sent = samples.keep(samples.outbound(samples.keptThread(), status, null, BOB));
            this.reports = new ReturnedReports(
                    store.transactions(),
                    recipient -> new Destination.ReturnPath(sent.id()),
                    new ReturnPaths(new byte[32]),
                    new ReturnedReports.Stores(
                            store.messages(), store.queue(), store.earlyReports(), store.reports(), store.journal()),
                    outcomes,
                    clock);
            store.transactions().run(tx -> store.queue().add(tx, samples.job(sent, "there.example"), NOW));
        }

        /** All that is due is under way for ten minutes. */
        void claim() {
            store.transactions().run(tx -> store.queue().claim(tx, "me", NOW, NOW.plusSeconds(600), 1_000, Set.of()));
        }

        Recorded bounce() {
            return reports.record(
                    came(),
                    new ReturnedReport.OfDelivery(
                            new DeliveryReport(
                                    null,
                                    null,
                                    List.of(new DeliveryReport.Recipient(
                                            BOB, null, Action.FAILED, "5.1.1", "550 words", BounceCategory.HARD))),
                            List.of()));
        }

        Recorded complaint() {
            return reports.record(
                    came(),
                    new ReturnedReport.OfComplaint(
                            new FeedbackReport("abuse", List.of(BOB), null, null, null), List.of()));
        }

        private static Came came() {
            return new Came(
                    new ReportMail(SpoolId.at(NOW), new RawDigest("ab".repeat(32)), 1234),
                    EmailAddress.of("somebody@here.example"),
                    AuthenticationResults.NONE);
        }

        Early early(String recipient, String reply) {
            return new Early(
                    sent.id(),
                    new Bounced(EmailAddress.of(recipient), reply, BounceCategory.SOFT, true),
                    came().mail(),
                    NOW);
        }

        RecipientOutcome delivered() {
            return new RecipientOutcome.Delivered(EmailAddress.of(BOB), "250 ok");
        }

        void record(RecipientOutcome outcome) {
            in(tx -> outcomes.record(tx, message(tx), List.of(outcome), Map.of(), NOW));
        }

        void in(Consumer<Tx> work) {
            store.transactions().run(work);
        }

        private Outbound message(Tx tx) {
            return (Outbound)
                    store.messages().lock(tx, samples.workspace.id(), sent.id()).orElseThrow();
        }

        Outbound message() {
            return store.transactions().in(this::message);
        }

        Progress progress() {
            return message().recipients().getFirst().progress();
        }

        Optional<Suppression> suppression() {
            return store.transactions()
                    .in(tx -> store.suppressions().find(tx, samples.workspace.id(), EmailAddress.of(BOB)));
        }

        List<String> events() {
            return store
                    .transactions()
                    .in(tx -> store.events().after(tx, samples.workspace.id(), 0, Set.of(), 100))
                    .stream()
                    .map(entry -> entry.event().type().text())
                    .toList();
        }
    }
}
