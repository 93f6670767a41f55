package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.ReturnedReportsContract.BOB;
import static org.chancery.testkit.contract.ReturnedReportsContract.EVE;
import static org.chancery.testkit.contract.ReturnedReportsContract.complaint;
import static org.chancery.testkit.contract.ReturnedReportsContract.failed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.DeliveryReport;
import org.chancery.core.mail.DeliveryReport.Action;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.report.ReturnedReport;
import org.chancery.testkit.contract.ReturnedReportsContract.Lab;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a report has to show, and for whom it speaks then. */
public interface ReportProofContract {
    String FAR = "ann@far.example";

    Store store();

    // ---- the path of a destination

    @Test
    default void who_got_a_mail_at_one_domain_speaks_for_nobody_at_another() {
        Lab lab = new Lab(store(), BOB, FAR);
        lab.at(lab.path("far.example"), complaint("abuse", null, BOB));
        lab.at(lab.path("far.example"), failed(BOB, BounceCategory.HARD));
        // Who says so ends their own delivery at most: it may have been forwarded there.
        assertEquals(Map.of(BOB, Progress.DELIVERED, FAR, Progress.BOUNCED), lab.progress());
        assertEquals(Optional.empty(), lab.suppression(BOB));
        assertEquals(Optional.empty(), lab.suppression(FAR));
        Lab honest = new Lab(store(), BOB, FAR);
        honest.at(honest.path("far.example"), failed(FAR, BounceCategory.HARD));
        assertEquals(Map.of(BOB, Progress.DELIVERED, FAR, Progress.BOUNCED), honest.progress());
        assertTrue(honest.suppression(FAR).isPresent());
    }

    @Test
    default void the_only_recipient_at_a_domain_is_meant_whomever_a_report_there_names() {
        Lab lab = new Lab(store(), BOB, FAR);
        lab.at(lab.path("far.example"), failed("elsewhere@third.example", BounceCategory.HARD));
        assertEquals(Map.of(BOB, Progress.DELIVERED, FAR, Progress.BOUNCED), lab.progress());
        assertEquals(Optional.empty(), lab.suppression(FAR), "what is gone is the end of a forward");
    }

    @Test
    default void a_path_that_was_made_for_no_destination_proves_nothing_about_several() {
        Lab lab = new Lab(store(), BOB, FAR);
        lab.at(lab.path(null), failed(BOB, BounceCategory.HARD));
        assertEquals(Map.of(BOB, Progress.BOUNCED, FAR, Progress.DELIVERED), lab.progress());
        assertEquals(Optional.empty(), lab.suppression(BOB));
        Lab alone = new Lab(store(), BOB);
        alone.at(alone.path(null), failed(BOB, BounceCategory.HARD));
        assertTrue(alone.suppression(BOB).isPresent());
    }

    // ---- reports that came elsewhere

    @Test
    default void a_bounce_that_shows_the_return_path_counts_wherever_it_comes_to() {
        Lab lab = new Lab(store(), BOB);
        lab.lookup(lab.here())
                .record(lab.came(SpoolId.at(Samples.NOW), Verdicts.SOME), showing(lab.path("there.example")));
        assertEquals(OutboundStatus.BOUNCED, lab.message().status());
        assertTrue(lab.suppression(BOB).isPresent());
    }

    @Test
    default void a_path_of_another_key_or_destination_shows_nothing() {
        Lab lab = new Lab(store(), BOB);
        String good = lab.path("there.example");
        for (String forged : List.of(good.replaceAll("-[0-9a-f]{16}$", "-0123456789abcdef"), lab.path("far.example"))) {
            lab.lookup(new Destination.Admins(lab.message().facts().workspace()))
                    .record(lab.came(SpoolId.at(Samples.NOW), Verdicts.SOME), showing(forged));
            lab.assertUntouched();
        }
    }

    private static ReturnedReport showing(String path) {
        return new ReturnedReport.OfDelivery(
                ((ReturnedReport.OfDelivery) failed(BOB, BounceCategory.HARD)).report(), List.of(path));
    }

    @Test
    default void a_complaint_without_proof_keeps_none_with_it_from_suppressing() {
        Lab lab = new Lab(store(), BOB);
        lab.named(lab.here(), complaint("abuse", null, BOB));
        assertEquals(Optional.empty(), lab.suppression(BOB));
        lab.at(lab.path("there.example"), complaint("virus", null, BOB));
        assertEquals(Optional.empty(), lab.suppression(BOB));
        lab.at(lab.path("there.example"), complaint("abuse", null, BOB));
        assertTrue(lab.suppression(BOB).isPresent());
        assertEquals(List.of("message.sent", "message.delivered", "message.spam_complaint"), lab.events());
    }

    // ---- whose address it is about

    @Test
    default void a_member_of_a_list_that_is_gone_does_not_suppress_the_list() {
        Lab lab = new Lab(store(), BOB);
        lab.at(lab.path("there.example"), failures(failure("member@far.example", BOB)));
        assertEquals(OutboundStatus.BOUNCED, lab.message().status());
        assertEquals(Optional.empty(), lab.suppression(BOB));
    }

    @Test
    default void a_host_behind_the_domain_may_name_the_address_in_its_own_way() {
        for (String known : List.of("BOB@There.example", "bob@mx1.there.example", "unknown", "")) {
            Lab lab = new Lab(store(), BOB);
            lab.at(lab.path("there.example"), failures(failure(known, BOB)));
            assertTrue(lab.suppression(BOB).isPresent(), known);
        }
        Lab another = new Lab(store(), BOB);
        another.at(another.path("there.example"), failures(failure("rob@mx1.there.example", BOB)));
        assertEquals(Optional.empty(), another.suppression(BOB));
    }

    @Test
    default void an_original_recipient_is_known_in_xtext_too() {
        Lab lab = new Lab(store(), "bob+sales@there.example", EVE);
        lab.at(lab.path("there.example"), failures(failure("bob@mx1.there.example", "bob+2Bsales@there.example")));
        assertEquals(Map.of("bob+sales@there.example", Progress.BOUNCED, EVE, Progress.DELIVERED), lab.progress());
    }

    @Test
    default void a_report_on_a_thousand_whom_the_mail_never_had_ends_only_what_it_had() {
        Lab lab = new Lab(store(), BOB, EVE);
        lab.at(
                lab.path("there.example"),
                failures(Stream.concat(
                                IntStream.range(0, 999).mapToObj(i -> failure("user" + i + "@there.example", null)),
                                Stream.of(failure(EVE, null), failure(EVE, null)))
                        .toArray(DeliveryReport.Recipient[]::new)));
        assertEquals(Map.of(BOB, Progress.DELIVERED, EVE, Progress.BOUNCED), lab.progress());
        assertEquals(
                List.of(Map.of("address", EVE, "smtp_reply", "550 words", "bounce_category", "hard")),
                lab.event("message.bounced").payload().get("recipients"));
        assertEquals(Optional.empty(), lab.suppression("user1@there.example"));
    }

    private static ReturnedReport failures(DeliveryReport.Recipient... failures) {
        return new ReturnedReport.OfDelivery(new DeliveryReport(null, null, List.of(failures)), List.of());
    }

    private static DeliveryReport.Recipient failure(String known, @Nullable String original) {
        return new DeliveryReport.Recipient(known, original, Action.FAILED, "5.1.1", "550 words", BounceCategory.HARD);
    }
}
