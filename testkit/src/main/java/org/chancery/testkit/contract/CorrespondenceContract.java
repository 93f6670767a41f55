package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.screening.Correspondence.Acquaintance;
import org.junit.jupiter.api.Test;

/** What {@link org.chancery.core.screening.Correspondence} has to know. */
public interface CorrespondenceContract {
    EmailAddress ZOE = EmailAddress.of("zoe@stranger.example");

    Store store();

    private Acquaintance acquaintance(Samples samples, EmailAddress sender) {
        return store().transactions().in(tx -> store().correspondence().with(tx, samples.workspace.id(), sender));
    }

    private boolean isOurs(Samples samples, InternetMessageId... ids) {
        return store().transactions()
                .in(tx -> store().correspondence().isOurs(tx, samples.endpoint.id(), List.of(ids)));
    }

    private static Outbound automatic(Outbound mail) {
        return new Outbound(
                mail.facts(),
                mail.status(),
                mail.inReplyTo(),
                mail.author(),
                mail.handler(),
                true,
                mail.recipients(),
                mail.draft(),
                mail.rejection());
    }

    @Test
    default void who_never_wrote_is_a_stranger() {
        assertEquals(Acquaintance.STRANGER, acquaintance(Samples.in(store()), ZOE));
    }

    @Test
    default void whose_mail_was_let_in_is_known_by_any_spelling() {
        Samples samples = Samples.in(store());
        samples.keptInbound();

        assertEquals(Acquaintance.KNOWN, acquaintance(samples, ZOE));
        assertEquals(Acquaintance.KNOWN, acquaintance(samples, EmailAddress.of("Zoe@Stranger.Example")));
        assertEquals(Acquaintance.STRANGER, acquaintance(samples, EmailAddress.of("bob@stranger.example")));
    }

    @Test
    default void mail_that_the_pipeline_gave_up_makes_nobody_known() {
        Samples samples = Samples.in(store());
        samples.keep(Samples.inState(samples.inbound(samples.keptThread()), HandlingState.ERROR));

        assertEquals(Acquaintance.STRANGER, acquaintance(samples, ZOE));
    }

    @Test
    default void who_was_answered_is_a_correspondent() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        samples.keep(samples.outbound(
                question.facts().thread(), OutboundStatus.DELIVERED, question.id(), "zoe@stranger.example"));

        assertEquals(Acquaintance.CORRESPONDENT, acquaintance(samples, ZOE));
    }

    @Test
    default void a_draft_a_rejected_and_an_automatic_answer_are_none() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        for (OutboundStatus status : List.of(OutboundStatus.DRAFT, OutboundStatus.REJECTED)) {
            samples.keep(samples.outbound(question.facts().thread(), status, question.id(), "zoe@stranger.example"));
        }
        Outbound answer = samples.outbound(
                question.facts().thread(), OutboundStatus.DELIVERED, question.id(), "zoe@stranger.example");
        Outbound automatic = samples.keep(automatic(answer));

        assertEquals(Acquaintance.KNOWN, acquaintance(samples, ZOE));
        assertFalse(isOurs(samples, id(automatic)));
    }

    @Test
    default void a_workspace_does_not_know_the_acquaintances_of_another() {
        Samples.in(store()).keptInbound();

        assertEquals(Acquaintance.STRANGER, acquaintance(Samples.in(store()), ZOE));
    }

    @Test
    default void an_id_is_ours_where_this_endpoint_sent_it() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        Outbound answer = samples.keep(samples.outbound(
                question.facts().thread(), OutboundStatus.SENT, question.id(), "zoe@stranger.example"));

        assertTrue(isOurs(samples, new InternetMessageId("other@stranger.example"), id(answer)));
        assertFalse(isOurs(samples, id(question)));
        assertFalse(isOurs(samples));
        assertFalse(isOurs(Samples.in(store()), id(answer)));
    }

    @Test
    default void an_id_of_ours_stays_ours_however_many_strangers_use_it() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        Outbound answer = samples.keep(samples.outbound(
                question.facts().thread(), OutboundStatus.SENT, question.id(), "zoe@stranger.example"));
        for (int i = 1; i <= 30; i++) {
            samples.keep(samples.inbound(new org.chancery.core.mailbox.MessageFacts(
                    org.chancery.core.id.MessageId.at(NOW),
                    samples.workspace.id(),
                    samples.endpoint.id(),
                    question.facts().thread(),
                    question.facts().from(),
                    List.of(),
                    List.of(),
                    List.of(),
                    "copied",
                    id(answer),
                    question.facts().raw(),
                    1,
                    NOW.plusSeconds(i))));
        }

        assertTrue(isOurs(samples, id(answer)));
    }

    private static InternetMessageId id(org.chancery.core.mailbox.Message message) {
        InternetMessageId id = message.facts().internetId();
        assertNotNull(id);
        return id;
    }
}
