package org.chancery.delivery.smtp;

import static org.chancery.delivery.smtp.Couriers.PATIENCE;
import static org.chancery.delivery.smtp.Couriers.deferred;
import static org.chancery.delivery.smtp.Couriers.deliver;
import static org.chancery.delivery.smtp.Couriers.delivered;
import static org.chancery.delivery.smtp.Couriers.failed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.chancery.core.queue.Attempt;
import org.chancery.delivery.dkim.Signer;
import org.chancery.delivery.dkim.TestKeys;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Signatures go on top of the kept bytes, and a mail that needs one does not leave without. */
class SignedDeliveryTest {
    private final ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
    private final Couriers couriers = new Couriers();

    @AfterEach
    void stop() {
        peer.close();
    }

    private Attempt attempt() {
        return deliver(couriers.relay(peer), couriers.job("alice@example.com"));
    }

    @Test
    void what_was_kept_stands_below_the_signatures() {
        couriers.signer = new TestKeys().signer();
        Attempt attempt = attempt();
        delivered(attempt);
        ReceivedMail mail = peer.awaitMail(1, PATIENCE).getFirst();
        assertArrayEquals(
                TestMails.SHORT.getBytes(StandardCharsets.US_ASCII),
                mail.content().unsigned());
        assertTrue(
                mail.content().text().startsWith("DKIM-Signature: "),
                mail.content().text());
        assertEquals("sender.test one-rsa one-ed25519", attempt.way().signedWith());
        assertTrue(mail.mailCommand().contains(" SIZE=" + mail.content().size()), mail.mailCommand());
    }

    @Test
    void a_repeated_attempt_repeats_the_very_bytes() {
        couriers.signer = new TestKeys().signer();
        attempt();
        attempt();
        assertEquals(
                peer.mails().getFirst().content().sha256(),
                peer.mails().getLast().content().sha256());
        assertEquals(2, peer.mails().size());
    }

    @Test
    void mail_that_is_nobodys_to_sign_leaves_as_it_is() {
        Attempt attempt = attempt();
        delivered(attempt);
        assertNull(attempt.way().signedWith());
        assertEquals(
                TestMails.SHORT,
                peer.awaitMail(1, PATIENCE).getFirst().content().text());
    }

    @Test
    void mail_that_cannot_be_signed_now_waits() {
        couriers.signer = (mail, workspace, path, at) -> new Signer.Outcome.Unable(true, "451 4.7.5 not now");
        assertEquals("451 4.7.5 not now", deferred(attempt()).reply());
        assertEquals(0, peer.sessions());
    }

    @Test
    void mail_that_can_never_be_signed_fails() {
        couriers.signer = (mail, workspace, path, at) -> new Signer.Outcome.Unable(false, "554 5.3.4 too much");
        assertEquals("554 5.3.4 too much", failed(attempt()).reply());
        assertEquals(0, peer.sessions());
    }
}
