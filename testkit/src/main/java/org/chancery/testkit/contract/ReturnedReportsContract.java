package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.ChainedEntry;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog.Entry;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.DeliveryReport;
import org.chancery.core.mail.DeliveryReport.Action;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.FeedbackReport;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.queue.RecipientOutcome;
import org.chancery.core.queue.ReportMail;
import org.chancery.core.report.ReturnedReport;
import org.chancery.core.report.ReturnedReports;
import org.chancery.core.report.ReturnedReports.Came;
import org.chancery.core.report.ReturnedReports.Recorded;
import org.chancery.core.suppression.Suppression;
import org.chancery.core.suppression.Suppression.Cause;
import org.chancery.testkit.clock.TurningClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@link ReturnedReports} makes of reports over a real database, and of forged ones nothing. */
public interface ReturnedReportsContract {
    String BOB = "bob@there.example";
    String EVE = "eve@there.example";

    /** The bytes of every report here. */
    RawDigest RAW = new RawDigest("ab".repeat(32));

    Store store();

    // ---- at the signed return path

    @Test
    default void a_hard_bounce_ends_the_delivery_tells_and_suppresses() {
        Lab lab = new Lab(store(), BOB, EVE);
        assertInstanceOf(Recorded.Bounces.class, lab.signed(SpoolId.at(NOW), failed(BOB, BounceCategory.HARD)));
        assertEquals(Map.of(BOB, Progress.BOUNCED, EVE, Progress.DELIVERED), lab.progress());
        assertEquals(OutboundStatus.BOUNCED, lab.message().status());
        assertEquals(
                List.of(Map.of("address", BOB, "smtp_reply", "550 words", "bounce_category", "hard")),
                lab.event("message.bounced").payload().get("recipients"));
        Suppression entry = lab.suppression(BOB).orElseThrow();
        assertEquals(Cause.HARD_BOUNCE, entry.cause());
        assertEquals(lab.sent.id(), entry.message());
        assertEquals("550 words", entry.note());
        assertEquals(Optional.empty(), lab.suppression(EVE));
    }

    @Test
    default void the_same_report_counts_once_and_another_one_of_it_tells_nothing_new() {
        Lab lab = new Lab(store(), BOB);
        SpoolId report = SpoolId.at(NOW);
        lab.signed(report, failed(BOB, BounceCategory.HARD));
        assertInstanceOf(Recorded.Nothing.class, lab.signed(report, failed(BOB, BounceCategory.HARD)));
        assertInstanceOf(Recorded.Nothing.class, lab.signed(SpoolId.at(NOW), failed(BOB, BounceCategory.SOFT)));
        assertEquals(List.of("message.sent", "message.delivered", "message.bounced"), lab.events());
    }

    @Test
    default void of_two_who_record_a_report_at_once_one_does() {
        Lab lab = new Lab(store(), BOB);
        SpoolId report = SpoolId.at(NOW);
        AtOnce.run(2, number -> lab.signed(report, failed(BOB, BounceCategory.HARD)));
        assertEquals(List.of("message.sent", "message.delivered", "message.bounced"), lab.events());
    }

    @Test
    default void a_bounce_that_is_not_hard_suppresses_nobody() {
        for (BounceCategory category :
                List.of(BounceCategory.SOFT, BounceCategory.SPAM_POLICY, BounceCategory.UNKNOWN)) {
            Lab lab = new Lab(store(), BOB);
            lab.signed(SpoolId.at(NOW), failed(BOB, category));
            assertEquals(Map.of(BOB, Progress.BOUNCED), lab.progress());
            assertEquals(Optional.empty(), lab.suppression(BOB));
        }
    }

    @Test
    default void what_is_still_tried_or_arrived_ends_nothing() {
        for (Action action : List.of(Action.DELAYED, Action.DELIVERED, Action.RELAYED, Action.EXPANDED)) {
            Lab lab = new Lab(store(), BOB);
            assertInstanceOf(
                    Recorded.Nothing.class, lab.signed(SpoolId.at(NOW), report(action, BOB, BounceCategory.UNKNOWN)));
            assertEquals(OutboundStatus.DELIVERED, lab.message().status());
            assertEquals(List.of("message.sent", "message.delivered"), lab.events());
        }
    }

    @Test
    default void the_address_at_the_end_of_a_forward_bounces_the_mail_and_suppresses_nobody() {
        Lab lab = new Lab(store(), BOB);
        lab.signed(SpoolId.at(NOW), failed("elsewhere@far.example", BounceCategory.HARD));
        assertEquals(Map.of(BOB, Progress.BOUNCED), lab.progress());
        assertEquals(Optional.empty(), lab.suppression(BOB));
        assertEquals(Optional.empty(), lab.suppression("elsewhere@far.example"));
    }

    @Test
    default void of_a_mail_to_several_nobody_bounces_whom_the_report_does_not_name() {
        Lab lab = new Lab(store(), BOB, EVE);
        lab.signed(SpoolId.at(NOW), failed("elsewhere@far.example", BounceCategory.HARD));
        assertEquals(OutboundStatus.DELIVERED, lab.message().status());
    }

    @Test
    default void who_handled_a_mail_once_is_not_believed_for_ever() {
        Lab lab = new Lab(store(), BOB);
        lab.clock.turn(ReturnedReports.SIGNED_FOR.plusSeconds(1));
        assertInstanceOf(Recorded.Nothing.class, lab.signed(SpoolId.at(NOW), failed(BOB, BounceCategory.HARD)));
        assertEquals(OutboundStatus.DELIVERED, lab.message().status());
    }

    @Test
    default void a_bounce_and_what_it_suppresses_are_in_the_record_with_the_report_and_no_address() {
        Lab lab = new Lab(store(), BOB, EVE);
        SpoolId report = SpoolId.at(NOW);
        lab.signed(report, failed(BOB, BounceCategory.HARD));
        ChainedEntry bounced = lab.entry(AuditKind.MESSAGE_BOUNCED);
        assertEquals(RAW.hex(), bounced.detailsTree().get("report_digest"));
        assertEquals(report.text(), bounced.detailsTree().get("report"));
        assertEquals(List.of("hard"), bounced.detailsTree().get("bounce_categories"));
        ChainedEntry suppressed = lab.entry(AuditKind.SUPPRESSION_ADDED);
        assertEquals(RAW.hex(), suppressed.detailsTree().get("report_digest"));
        assertEquals(
                lab.suppression(BOB).orElseThrow().id().text(),
                suppressed.detailsTree().get("suppression_id"));
        lab.signed(SpoolId.at(NOW), complaint("abuse", null, EVE));
        assertEquals(
                RAW.hex(),
                lab.entry(AuditKind.MESSAGE_SPAM_COMPLAINT).detailsTree().get("report_digest"));
        assertEquals(2, lab.entries(AuditKind.SUPPRESSION_ADDED).size());
        assertFalse(lab.everyEntry().toString().contains("bob"));
        assertFalse(lab.everyEntry().toString().contains("eve@"));
    }

    @Test
    default void which_reports_were_recorded_is_forgotten_when_none_of_them_counts_any_more() {
        Lab lab = new Lab(store(), BOB);
        SpoolId report = SpoolId.at(NOW);
        lab.signed(report, complaint("abuse", null, BOB));
        lab.clock.turn(ReturnedReports.SIGNED_FOR);
        lab.lookup(lab.here()).sweep();
        assertFalse(lab.isNew(report), "it is remembered still");
        lab.clock.turn(ReturnedReports.SIGNED_FOR.plusSeconds(1));
        lab.lookup(lab.here()).sweep();
        assertTrue(lab.isNew(report), "it is new again");
        lab.signed(SpoolId.at(NOW), complaint("abuse", null, BOB));
        assertEquals(1, lab.entries(AuditKind.MESSAGE_SPAM_COMPLAINT).size(), "and none counts");
    }

    // ---- by the Message-ID

    @Test
    default void at_the_endpoint_that_sent_it_a_mail_is_known_by_its_message_id() {
        Lab lab = new Lab(store(), BOB);
        lab.named(lab.here(), failed(BOB, BounceCategory.HARD));
        assertEquals(OutboundStatus.BOUNCED, lab.message().status());
        assertEquals(Optional.empty(), lab.suppression(BOB), "whoever was answered knows the id as well");
    }

    @Test
    default void a_forged_bounce_by_message_id_does_nothing_where_it_names_nobody_of_the_mail() {
        Lab lab = new Lab(store(), BOB);
        lab.named(lab.here(), failed("victim@there.example", BounceCategory.HARD));
        lab.assertUntouched();
        assertEquals(Optional.empty(), lab.suppression("victim@there.example"));
    }

    @Test
    default void a_forged_bounce_by_message_id_does_nothing_for_a_mail_of_long_ago() {
        Lab lab = new Lab(store(), BOB);
        lab.clock.turn(ReturnedReports.NAMED_FOR.plusSeconds(1));
        lab.named(lab.here(), failed(BOB, BounceCategory.HARD));
        lab.assertUntouched();
    }

    @Test
    default void a_forged_bounce_by_message_id_does_nothing_at_another_endpoint() {
        Lab lab = new Lab(store(), BOB);
        Endpoint other = lab.samples.keep(lab.samples.newEndpoint("other"));
        lab.named(new Destination.Hosted(other.workspace(), other.id()), failed(BOB, BounceCategory.HARD));
        lab.assertUntouched();
        lab.named(new Destination.Unknown(), failed(BOB, BounceCategory.HARD));
        lab.assertUntouched();
    }

    @Test
    default void a_forged_bounce_by_message_id_does_nothing_where_its_sender_is_disproved() {
        Lab lab = new Lab(store(), BOB);
        lab.lookup(lab.here())
                .record(lab.came(SpoolId.at(NOW), Verdicts.SOME), lab.bearingId(failed(BOB, BounceCategory.HARD)));
        lab.assertUntouched();
    }

    @Test
    default void postmaster_hears_of_all_mail_of_the_workspace_and_of_no_other() {
        Lab lab = new Lab(store(), BOB);
        Samples others = Samples.in(store());
        lab.named(new Destination.Admins(others.workspace.id()), failed(BOB, BounceCategory.HARD));
        lab.assertUntouched();
        lab.named(new Destination.Admins(lab.samples.workspace.id()), failed(BOB, BounceCategory.HARD));
        assertEquals(OutboundStatus.BOUNCED, lab.message().status());
    }

    @Test
    default void by_message_id_one_recipient_cannot_have_another_suppressed() {
        Lab bounced = new Lab(store(), BOB, EVE);
        bounced.named(bounced.here(), failed(BOB, BounceCategory.HARD));
        assertEquals(Map.of(BOB, Progress.BOUNCED, EVE, Progress.DELIVERED), bounced.progress());
        assertEquals(Optional.empty(), bounced.suppression(BOB));
        Lab complained = new Lab(store(), BOB, EVE);
        complained.named(complained.here(), complaint("abuse", null, BOB));
        assertEquals(BOB, complained.event("message.spam_complaint").payload().get("recipient"));
        assertEquals(Optional.empty(), complained.suppression(BOB));
    }

    // ---- complaints

    @Test
    default void a_complaint_suppresses_who_complains_and_leaves_the_delivery_as_it_is() {
        Lab lab = new Lab(store(), BOB, EVE);
        lab.signed(SpoolId.at(NOW), complaint("abuse", null, BOB));
        assertEquals(OutboundStatus.DELIVERED, lab.message().status());
        assertEquals(Cause.COMPLAINT, lab.suppression(BOB).orElseThrow().cause());
        assertEquals(Optional.empty(), lab.suppression(EVE));
        Map<String, Object> payload = lab.event("message.spam_complaint").payload();
        assertEquals(BOB, payload.get("recipient"));
        assertEquals("abuse", payload.get("feedback_type"));
        assertEquals(lab.sent.id().text(), payload.get("message_id"));
    }

    @Test
    default void a_complaint_that_names_nobody_is_of_the_only_recipient_or_of_nobody_known() {
        Lab one = new Lab(store(), BOB);
        one.signed(SpoolId.at(NOW), complaint("abuse", null));
        assertTrue(one.suppression(BOB).isPresent());
        Lab two = new Lab(store(), BOB, EVE);
        two.signed(SpoolId.at(NOW), complaint("abuse", null));
        assertEquals(Optional.empty(), two.suppression(BOB));
        assertEquals(null, two.event("message.spam_complaint").payload().get("recipient"));
    }

    @Test
    default void a_complaint_that_shows_the_signed_return_path_counts_wherever_it_comes_to() {
        Lab lab = new Lab(store(), BOB);
        String path = lab.returnPaths.address(lab.sent.id(), "here.example").toString();
        lab.named(new Destination.Admins(lab.samples.workspace.id()), complaint("abuse", path));
        assertTrue(lab.suppression(BOB).isPresent());
    }

    @Test
    default void a_complaint_with_a_forged_return_path_does_nothing() {
        Lab lab = new Lab(store(), BOB);
        String forged = new ReturnPaths(
                        "another key that nobody knows...".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .address(lab.sent.id(), "here.example")
                .toString();
        lab.lookup(lab.here())
                .record(lab.came(SpoolId.at(NOW), AuthenticationResults.NONE), complaint("abuse", forged));
        lab.assertUntouched();
    }

    @Test
    default void what_only_looks_like_a_complaint_suppresses_nobody() {
        for (String type : List.of("not-spam", "auth-failure")) {
            Lab lab = new Lab(store(), BOB);
            lab.signed(SpoolId.at(NOW), complaint(type, null, BOB));
            lab.assertUntouched();
        }
        for (String type : List.of("virus", "other", "something-else")) {
            Lab lab = new Lab(store(), BOB);
            lab.signed(SpoolId.at(NOW), complaint(type, null, BOB));
            assertEquals(type, lab.event("message.spam_complaint").payload().get("feedback_type"));
            assertEquals(Optional.empty(), lab.suppression(BOB), type);
        }
        for (String type : List.of("fraud", "opt-out")) {
            Lab lab = new Lab(store(), BOB);
            lab.signed(SpoolId.at(NOW), complaint(type, null, BOB));
            assertTrue(lab.suppression(BOB).isPresent(), type);
        }
    }

    @Test
    default void who_complains_again_is_told_of_once_also_after_somebody_lifted_it() {
        Lab lab = new Lab(store(), BOB, EVE);
        assertInstanceOf(Recorded.Complaint.class, lab.signed(SpoolId.at(NOW), complaint("abuse", null, BOB)));
        lab.lift(BOB);
        assertInstanceOf(Recorded.Nothing.class, lab.signed(SpoolId.at(NOW), complaint("abuse", null, BOB)));
        assertEquals(Optional.empty(), lab.suppression(BOB));
        assertInstanceOf(Recorded.Complaint.class, lab.signed(SpoolId.at(NOW), complaint("abuse", null)));
        assertInstanceOf(Recorded.Nothing.class, lab.signed(SpoolId.at(NOW), complaint("abuse", null)));
        assertInstanceOf(Recorded.Complaint.class, lab.signed(SpoolId.at(NOW), complaint("abuse", null, BOB, EVE)));
        assertEquals(
                List.of(BOB, "", EVE),
                lab.entries().stream()
                        .filter(event -> event.type().text().equals("message.spam_complaint"))
                        .map(event -> event.payload().getOrDefault("recipient", ""))
                        .toList());
        assertEquals(3, lab.entries(AuditKind.MESSAGE_SPAM_COMPLAINT).size());
    }

    @Test
    default void a_complaint_that_hides_the_local_part_is_of_the_only_recipient_and_one_from_elsewhere_of_nobody() {
        for (String hidden : List.of("redacted", "2ab5f3c1@there.example")) {
            Lab lab = new Lab(store(), BOB);
            lab.signed(SpoolId.at(NOW), complaint("abuse", null, hidden));
            assertTrue(lab.suppression(BOB).isPresent(), hidden);
        }
        Lab forwarded = new Lab(store(), BOB);
        forwarded.signed(SpoolId.at(NOW), complaint("abuse", null, "bob@far.example"));
        assertEquals(Optional.empty(), forwarded.suppression(BOB));
        assertEquals(null, forwarded.event("message.spam_complaint").payload().get("recipient"));
    }

    // ---- what cannot be

    @Test
    default void an_address_at_a_domain_of_ours_is_never_suppressed() {
        Lab lab = new Lab(store(), "bob@ours.example");
        lab.signed(SpoolId.at(NOW), failed("bob@ours.example", BounceCategory.HARD));
        assertEquals(OutboundStatus.BOUNCED, lab.message().status());
        assertEquals(Optional.empty(), lab.suppression("bob@ours.example"));
    }

    static ReturnedReport failed(String recipient, BounceCategory category) {
        return report(Action.FAILED, recipient, category);
    }

    static ReturnedReport report(Action action, String recipient, BounceCategory category) {
        return new ReturnedReport.OfDelivery(
                new DeliveryReport(
                        null,
                        null,
                        List.of(new DeliveryReport.Recipient(recipient, null, action, "5.0.0", "550 words", category))),
                List.of());
    }

    static ReturnedReport complaint(String type, @Nullable String mailFrom, String... recipients) {
        return new ReturnedReport.OfComplaint(
                new FeedbackReport(type, Arrays.asList(recipients), mailFrom, null, null),
                mailFrom == null ? List.of() : ReturnPaths.localPartsIn(mailFrom));
    }

    /** A message that was delivered, and who records reports on it. */
    final class Lab {
        private final Store store;
        private final Samples samples;
        private final TurningClock clock = TurningClock.at(NOW);
        private final ReturnPaths returnPaths = new ReturnPaths(new byte[32]);
        private final MessageOutcomes outcomes;
        private final Outbound sent;

        Lab(Store store, String... recipients) {
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
                    "ours.example"::equals);
            Outbound queued =
                    samples.keep(samples.outbound(samples.keptThread(), OutboundStatus.QUEUED, null, recipients));
            this.sent = queued;
            store.transactions()
                    .run(tx -> outcomes.record(
                            tx,
                            queued,
                            Arrays.stream(recipients)
                                    .map(EmailAddress::of)
                                    .map(address -> new RecipientOutcome.Delivered(address, "250 ok"))
                                    .toList(),
                            Map.of(),
                            NOW));
        }

        Destination here() {
            return new Destination.Hosted(samples.workspace.id(), samples.endpoint.id());
        }

        ReturnedReports lookup(Destination destination) {
            return new ReturnedReports(
                    store.transactions(),
                    recipient -> destination,
                    returnPaths,
                    new ReturnedReports.Stores(
                            store.messages(), store.queue(), store.earlyReports(), store.reports(), store.journal()),
                    outcomes,
                    clock);
        }

        Came came(SpoolId mail, AuthenticationResults authentication) {
            return new Came(new ReportMail(mail, RAW, 1234), EmailAddress.of("somebody@here.example"), authentication);
        }

        Recorded signed(SpoolId mail, ReturnedReport report) {
            return lookup(new Destination.ReturnPath(sent.id())).record(came(mail, Verdicts.SOME), report);
        }

        Recorded named(Destination destination, ReturnedReport report) {
            return lookup(destination).record(came(SpoolId.at(NOW), AuthenticationResults.NONE), bearingId(report));
        }

        /** The same with the Message-ID of the mail in it. */
        ReturnedReport bearingId(ReturnedReport report) {
            InternetMessageId id = Objects.requireNonNull(sent.facts().internetId());
            return switch (report) {
                case ReturnedReport.OfDelivery of ->
                    new ReturnedReport.OfDelivery(
                            new DeliveryReport(id, null, of.report().recipients()), of.shownPaths());
                case ReturnedReport.OfComplaint of ->
                    new ReturnedReport.OfComplaint(
                            new FeedbackReport(
                                    of.report().type(),
                                    of.report().originalRecipients(),
                                    of.report().originalMailFrom(),
                                    id,
                                    null),
                            of.shownPaths());
            };
        }

        Outbound message() {
            MessageId id = sent.id();
            return (Outbound) store.transactions()
                    .in(tx -> store.messages().find(tx, samples.workspace.id(), id))
                    .orElseThrow();
        }

        Map<String, Progress> progress() {
            return message().recipients().stream()
                    .collect(java.util.stream.Collectors.toMap(
                            one -> one.address().toString(), RecipientStatus::progress));
        }

        Optional<Suppression> suppression(String address) {
            return store.transactions()
                    .in(tx -> store.suppressions().find(tx, samples.workspace.id(), EmailAddress.of(address)));
        }

        void assertUntouched() {
            assertEquals(OutboundStatus.DELIVERED, message().status());
            assertEquals(List.of("message.sent", "message.delivered"), events());
            assertEquals(
                    List.of(),
                    store.transactions().in(tx -> store.suppressions().page(tx, samples.workspace.id(), null, 10)));
        }

        /** Whether it is remembered for the first time now. */
        boolean isNew(SpoolId report) {
            return store.transactions().in(tx -> store.reports().remember(tx, report, sent.id(), clock.instant()));
        }

        List<ChainedEntry> everyEntry() {
            return store.transactions()
                    .in(tx -> store.audit()
                            .about(tx, samples.workspace.id(), sent.id().text(), 100));
        }

        List<ChainedEntry> entries(AuditKind kind) {
            return everyEntry().stream()
                    .filter(entry -> entry.kind().equals(kind.text()))
                    .toList();
        }

        ChainedEntry entry(AuditKind kind) {
            return entries(kind).getFirst();
        }

        List<String> events() {
            return entries().stream().map(event -> event.type().text()).toList();
        }

        DomainEvent event(String type) {
            return entries().stream()
                    .filter(event -> event.type().text().equals(type))
                    .findFirst()
                    .orElseThrow();
        }

        void lift(String address) {
            store.transactions()
                    .run(tx -> store.suppressions().remove(tx, samples.workspace.id(), EmailAddress.of(address)));
        }

        /** The local part of the mail's path to a domain; null stands for one that was made for none. */
        String path(@Nullable String destination) {
            ReversePath made = ReversePath.of(returnPaths.address(sent.id(), "here.example"));
            return (destination == null ? made : returnPaths.towards(made, destination))
                    .mailbox()
                    .orElseThrow()
                    .localPart();
        }

        /** A report that came to that path. */
        Recorded at(String path, ReturnedReport report) {
            return lookup(new Destination.ReturnPath(sent.id()))
                    .record(
                            new Came(
                                    new ReportMail(SpoolId.at(NOW), RAW, 1234),
                                    EmailAddress.of(path + "@here.example"),
                                    Verdicts.SOME),
                            report);
        }

        List<DomainEvent> entries() {
            return store
                    .transactions()
                    .in(tx -> store.events().after(tx, samples.workspace.id(), 0, Set.of(), 100))
                    .stream()
                    .map(Entry::event)
                    .toList();
        }
    }
}
