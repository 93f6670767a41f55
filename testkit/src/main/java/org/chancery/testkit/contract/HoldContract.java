package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import org.chancery.core.approval.Approval;
import org.chancery.core.audit.Author;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.tx.Tx;
import org.junit.jupiter.api.Test;

/** Mail that is held, over a real database: what can wait, and what can be done of it. */
public interface HoldContract {

    Store store();

    @Test
    default void nothing_begins_to_wait_at_an_endpoint_that_was_removed() {
        SendLab lab = new SendLab(store());
        lab.remove();
        Outbound mail = lab.mail(null);
        assertEquals(
                "endpoint_removed",
                assertThrows(CallerFault.class, () -> hold(lab, mail, "")).code());
        assertTrue(store().transactions()
                .in(tx -> store().messages().find(tx, lab.samples.workspace.id(), mail.id()))
                .isEmpty());
    }

    @Test
    default void what_waits_at_an_endpoint_that_is_removed_meanwhile_is_neither_sent_nor_opened_again() {
        SendLab lab = new SendLab(store());
        Outbound mail = lab.mail(null);
        assertInstanceOf(Outcome.Held.class, hold(lab, mail, ""));
        Approval approval = store().transactions()
                .in(tx -> store().approvals().ofMessage(tx, lab.samples.workspace.id(), mail.id()))
                .orElseThrow();
        store().transactions().run(tx -> lab.held.requireDoable(tx, approval, NOW));
        lab.remove();
        Consumer<Tx> reopen = tx -> lab.held.requireDoable(tx, approval, NOW);
        Consumer<Tx> send = tx -> lab.held.execute(tx, approval, Author.SERVER, NOW);
        for (Consumer<Tx> late : List.of(reopen, send)) {
            assertEquals(
                    "endpoint_removed",
                    assertThrows(CallerFault.class, () -> store().transactions().run(late::accept))
                            .code());
        }
    }

    @Test
    default void what_a_reviewer_cannot_be_shown_is_not_held() {
        SendLab lab = new SendLab(store());
        CallerFault refused =
                assertThrows(CallerFault.class, () -> hold(lab, lab.mail(null), "it is longer than we read"));
        assertEquals("not_reviewable", refused.code());
        assertTrue(refused.text().contains("it is longer than we read"));
    }

    private static Outcome hold(SendLab lab, Outbound mail, String obscurity) {
        return lab.dispatch.hold(lab.candidate(mail, null, obscurity), lab.envelope(mail));
    }
}
