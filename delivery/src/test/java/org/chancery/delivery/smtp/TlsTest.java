package org.chancery.delivery.smtp;

import static org.chancery.delivery.smtp.Couriers.MOMENT;
import static org.chancery.delivery.smtp.Couriers.PATIENCE;
import static org.chancery.delivery.smtp.Couriers.PATIENT;
import static org.chancery.delivery.smtp.Couriers.deferred;
import static org.chancery.delivery.smtp.Couriers.deliver;
import static org.chancery.delivery.smtp.Couriers.delivered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.UnknownHostException;
import java.util.List;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.delivery.smtp.DeliveryConfig.Credentials;
import org.chancery.delivery.smtp.DeliveryConfig.Relay;
import org.chancery.delivery.smtp.DeliveryConfig.Timeouts;
import org.chancery.testkit.peer.PeerCertificate;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Address;

/** STARTTLS where it can be had, and passwords only behind it. */
class TlsTest {
    private static final Credentials CREDENTIALS = new Credentials("chancery", "pa\u00dfwort");

    private final ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
    private final Couriers couriers = new Couriers();

    @AfterEach
    void stop() {
        peer.close();
    }

    @Test
    void starttls_is_used_where_offered_whatever_the_certificate() {
        peer.withStartTls();
        Attempt attempt = deliver(couriers.relay(peer), couriers.job("alice@example.com"));
        delivered(attempt);
        assertNotNull(attempt.tls());
        assertTrue(attempt.tls().matches("TLSv1\\.[23] TLS_\\w+"), attempt.tls());
        assertTrue(peer.awaitMail(1, PATIENCE).getFirst().tls());
    }

    @Test
    void what_a_certificate_is_worth_is_known_although_it_does_not_matter() {
        peer.withStartTls();
        String unproved = deliver(couriers.relay(peer), couriers.job("alice@example.com"))
                .way()
                .security()
                .certificate();
        assertTrue(unproved != null && unproved.contains("certification path"), unproved);
        Tls believing = new Tls(PeerCertificate.trusted());
        Relay named = new Relay(new HostPort("localhost", peer.port()), false, null);
        assertEquals("verified", certificate(couriers.relay(named, PATIENT, believing)));
        assertEquals("verified", certificate(couriers.relay(named, PATIENT, believing)), "a resumed session knows");
        Relay other = new Relay(new HostPort("127.0.0.1", peer.port()), false, null);
        String misnamed = certificate(couriers.relay(other, PATIENT, believing));
        assertTrue(misnamed != null && misnamed.contains("127.0.0.1"), misnamed);
    }

    private @Nullable String certificate(SmtpCourier courier) {
        return deliver(courier, couriers.job("alice@example.com"))
                .way()
                .security()
                .certificate();
    }

    @Test
    void the_peer_is_greeted_again_within_tls() {
        peer.withStartTls();
        deliver(couriers.relay(peer), couriers.job("alice@example.com"));
        assertEquals(
                List.of("EHLO mail.sender.test", "STARTTLS", "EHLO mail.sender.test"),
                peer.commands().subList(0, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"454 4.7.0 not now", "502 5.5.1 no"})
    void a_peer_that_is_not_ready_for_tls_gets_plain_text(String reply) {
        peer.withStartTls().at(Stage.STARTTLS).answer(reply);
        Attempt attempt = deliver(couriers.relay(peer), couriers.job("alice@example.com"));
        delivered(attempt);
        assertNull(attempt.tls());
        assertEquals(1, peer.sessions());
    }

    @Test
    void a_handshake_that_breaks_is_followed_by_plain_text_on_a_new_connection() {
        peer.withStartTls().at(Stage.TLS_HANDSHAKE).hangUp();
        Attempt attempt = deliver(couriers.relay(peer), couriers.job("alice@example.com"));
        delivered(attempt);
        assertNull(attempt.tls());
        assertEquals(2, peer.sessions());
        assertFalse(peer.awaitMail(1, PATIENCE).getFirst().tls());
    }

    @Test
    void a_handshake_that_is_none_is_followed_by_plain_text() {
        peer.withStartTls().at(Stage.TLS_HANDSHAKE).answer("500 what is this");
        delivered(deliver(couriers.relay(peer), couriers.job("alice@example.com")));
    }

    @Test
    void a_handshake_that_takes_too_long_is_followed_by_plain_text() {
        peer.withStartTls().at(Stage.TLS_HANDSHAKE).stall();
        Timeouts timeouts = new Timeouts(PATIENCE, MOMENT, PATIENCE, PATIENCE, PATIENCE, PATIENCE);
        delivered(deliver(couriers.relay(peer, timeouts, null), couriers.job("alice@example.com")));
    }

    @Test
    void what_was_slipped_in_before_the_handshake_is_not_believed() {
        peer.withStartTls().at(Stage.STARTTLS).answer("220 go ahead", "250 smuggled.test");
        Attempt attempt = deliver(couriers.relay(peer), couriers.job("alice@example.com"));
        assertNull(attempt.tls());
        assertEquals(2, peer.sessions());
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTH PLAIN", "AUTH LOGIN", "AUTH CRAM-MD5", "AUTH XOAUTH2 CRAM-MD5 LOGIN PLAIN"})
    void a_relay_that_can_be_trusted_is_shown_the_password(String mechanisms) {
        peer.offering("8BITMIME", mechanisms).withStartTls().requiringAuth("chancery", "pa\u00dfwort");
        Attempt attempt =
                deliver(couriers.trustedRelay(peer, false, "localhost", CREDENTIALS), couriers.job("a@example.com"));
        delivered(attempt);
        ReceivedMail mail = peer.awaitMail(1, PATIENCE).getFirst();
        assertEquals("chancery", mail.user());
        assertTrue(mail.tls());
    }

    @Test
    void a_relay_with_a_certificate_that_nobody_vouches_for_gets_no_password() {
        peer.withStartTls().requiringAuth("chancery", "pa\u00dfwort");
        Attempt attempt = deliver(couriers.relay(peer, PATIENT, CREDENTIALS), couriers.job("alice@example.com"));
        assertTrue(
                deferred(attempt).reply().startsWith("451 4.7.5 "),
                deferred(attempt).reply());
        assertTrue(peer.commands().stream().noneMatch(command -> command.startsWith("AUTH")));
        assertEquals(1, peer.sessions());
    }

    @Test
    void a_relay_with_a_certificate_for_another_name_gets_no_password() {
        peer.withStartTls().requiringAuth("chancery", "pa\u00dfwort");
        Attempt attempt =
                deliver(couriers.trustedRelay(peer, false, "127.0.0.1", CREDENTIALS), couriers.job("a@example.com"));
        assertTrue(
                deferred(attempt).reply().startsWith("451 4.7.5 "),
                deferred(attempt).reply());
        assertTrue(peer.commands().stream().noneMatch(command -> command.startsWith("AUTH")));
    }

    @Test
    void a_password_in_plain_text_stays_within_this_machine() {
        peer.requiringAuth("chancery", "pa\u00dfwort");
        delivered(deliver(couriers.relay(peer, PATIENT, CREDENTIALS), couriers.job("alice@example.com")));
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3 TLS_AES_128_GCM_SHA256, 192.0.2.1, true",
        "TLSv1.3 TLS_AES_128_GCM_SHA256, 127.0.0.1, true",
        ", 127.0.0.1, true",
        ", ::1, true",
        ", 192.0.2.1, false",
        ", 10.0.0.1, false"
    })
    void a_password_is_shown_where_nobody_can_read_along(@Nullable String tls, String address, boolean shown)
            throws UnknownHostException {
        assertEquals(shown, SmtpAuthentication.mayShowPassword(tls, Address.getByAddress(address)));
    }

    @Test
    void a_wrong_password_is_no_fault_of_the_mail() {
        peer.requiringAuth("chancery", "another");
        Result.TemporaryFailure failure =
                deferred(deliver(couriers.relay(peer, PATIENT, CREDENTIALS), couriers.job("alice@example.com")));
        assertEquals("535 5.7.8 no such user or password", failure.reply());
        assertTrue(failure.peerSaid());
    }

    @Test
    void a_relay_that_offers_no_mechanism_of_ours_is_tried_again() {
        peer.offering("AUTH GSSAPI").requiringAuth("chancery", "pa\u00dfwort");
        assertTrue(deferred(deliver(couriers.relay(peer, PATIENT, CREDENTIALS), couriers.job("a@example.com")))
                .reply()
                .startsWith("454 4.7.0 "));
    }

    @Test
    void a_challenge_that_is_none_is_not_answered() {
        peer.offering("AUTH CRAM-MD5")
                .requiringAuth("chancery", "pa\u00dfwort")
                .at(Stage.AUTH)
                .answer("334 ***");
        assertTrue(deferred(deliver(couriers.relay(peer, PATIENT, CREDENTIALS), couriers.job("a@example.com")))
                .reply()
                .startsWith("451 4.5.0 "));
    }

    @Test
    void tls_from_the_first_byte_needs_no_starttls() {
        try (ScriptedSmtpPeer submissions = ScriptedSmtpPeer.startWithImplicitTls()) {
            submissions.requiringAuth("chancery", "pa\u00dfwort");
            Attempt attempt = deliver(
                    couriers.trustedRelay(submissions, true, "localhost", CREDENTIALS), couriers.job("a@example.com"));
            delivered(attempt);
            assertTrue(submissions.awaitMail(1, PATIENCE).getFirst().tls());
            assertFalse(submissions.commands().contains("STARTTLS"));
        }
    }

    @Test
    void tls_from_the_first_byte_has_no_plain_text_to_fall_back_on() {
        Relay relay = new Relay(new HostPort("localhost", peer.port()), true, null);
        Attempt attempt =
                deliver(couriers.relay(relay, PATIENT, Tls.trustingTheSystem()), couriers.job("alice@example.com"));
        assertTrue(
                deferred(attempt).reply().startsWith("451 4.7.5 "),
                deferred(attempt).reply());
        assertEquals(List.of(), peer.mails());
    }
}
