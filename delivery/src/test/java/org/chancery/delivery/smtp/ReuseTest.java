package org.chancery.delivery.smtp;

import static org.chancery.delivery.smtp.Couriers.PATIENCE;
import static org.chancery.delivery.smtp.Couriers.UNWATCHED;
import static org.chancery.delivery.smtp.Couriers.deferred;
import static org.chancery.delivery.smtp.Couriers.delivered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.chancery.core.queue.Attempt;
import org.chancery.core.sts.StsPolicy;
import org.chancery.core.sts.StsPolicy.Mode;
import org.chancery.delivery.smtp.DeliveryConfig.Credentials;
import org.chancery.delivery.smtp.DeliveryConfig.Reuse;
import org.chancery.delivery.smtp.DeliveryConfig.Timeouts;
import org.chancery.testkit.peer.PeerCertificate;
import org.chancery.testkit.peer.ScriptedDns;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.chancery.testkit.peer.Stall;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several mails in one session; and whatever becomes of the session between two of them, no mail suffers from it. */
class ReuseTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Reuse OFTEN = new Reuse(100, LONG, LONG, 10, LONG);

    private final ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
    private final Couriers couriers = new Couriers();
    private @Nullable SmtpCourier courier;

    @AfterEach
    void stop() {
        if (courier != null) {
            courier.close();
        }
        peer.close();
        assertEquals(List.of(), peer.violations());
    }

    private SmtpCourier courier(Reuse reuse) {
        if (courier == null) {
            courier = couriers.relay(peer, reuse);
        }
        return courier;
    }

    private Attempt attempt(Reuse reuse, String recipient) {
        return courier(reuse).deliver(couriers.job(recipient), UNWATCHED);
    }

    private void deliver(Reuse reuse, int mails) {
        IntStream.range(0, mails).forEach(i -> delivered(attempt(reuse, "alice" + i + "@example.com")));
    }

    private List<String> recipients() {
        return peer.mails().stream().flatMap(mail -> mail.recipients().stream()).toList();
    }

    @Test
    void mails_to_one_host_share_a_session() {
        peer.withStartTls();
        deliver(OFTEN, 3);
        assertEquals(1, peer.sessions());
        assertEquals(List.of("alice0@example.com", "alice1@example.com", "alice2@example.com"), recipients());
        assertEquals(1, peer.commands().stream().filter("STARTTLS"::equals).count());
        assertEquals(2, peer.commands().stream().filter("RSET"::equals).count());
        Attempt another = attempt(OFTEN, "bob@example.com");
        assertNotEquals(null, another.tls());
        assertNotEquals(null, another.remote());
    }

    @Test
    void a_session_brings_so_many_mails_and_no_more() {
        deliver(new Reuse(2, LONG, LONG, 10, LONG), 5);
        assertEquals(3, peer.sessions());
    }

    @Test
    void a_session_that_got_old_is_ended_in_order() {
        deliver(new Reuse(100, LONG, Duration.ofNanos(1), 10, LONG), 2);
        assertEquals(2, peer.sessions());
        peer.awaitStage(Stage.QUIT, 2, PATIENCE);
    }

    @Test
    void a_session_that_nobody_wants_is_ended_in_order() {
        deliver(new Reuse(100, Duration.ofMillis(1), LONG, 10, LONG), 1);
        peer.awaitStage(Stage.QUIT, 1, PATIENCE);
    }

    @Test
    void no_more_sessions_wait_than_may() {
        deliver(new Reuse(100, LONG, LONG, 0, LONG), 2);
        assertEquals(2, peer.sessions());
        peer.awaitStage(Stage.QUIT, 2, PATIENCE);
    }

    @Test
    void a_courier_that_is_closed_ends_what_waits() {
        deliver(OFTEN, 1);
        courier(OFTEN).close();
        peer.awaitStage(Stage.QUIT, 1, PATIENCE);
    }

    @Test
    void a_host_that_hung_up_meanwhile_is_called_again() {
        peer.at(Stage.RSET).once().hangUp();
        deliver(OFTEN, 3);
        assertEquals(2, peer.sessions());
        assertEquals(3, recipients().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "421 4.7.0 enough for one session",
                "452 4.7.0 too many mails in this session",
                "503 5.5.1 one mail a session",
                "550 5.7.0 one mail a session"
            })
    void a_host_that_is_tired_of_the_session_is_called_again(String reply) {
        deliver(OFTEN, 1);
        peer.at(Stage.MAIL).once().answer(reply);
        deliver(OFTEN, 1);
        assertEquals(2, peer.sessions());
        assertEquals(2, recipients().size());
    }

    @Test
    void who_refuses_a_sender_in_a_new_session_as_well_is_believed() {
        deliver(OFTEN, 1);
        peer.at(Stage.MAIL).answer("550 5.7.1 not from you");
        Couriers.failed(attempt(OFTEN, "bob@example.com"));
        assertEquals(2, peer.sessions());
    }

    /** A command may take longer than this test does; RSET may not. */
    @Test
    void a_host_that_falls_silent_between_two_mails_is_called_again_soon() {
        Duration ages = Duration.ofMinutes(13);
        Timeouts patient = new Timeouts(PATIENCE, PATIENCE, ages, PATIENCE, PATIENCE, ages);
        Reuse brief = new Reuse(100, LONG, LONG, 10, Couriers.MOMENT);
        courier = couriers.relay(peer, patient, null, brief);
        Stall stall = peer.at(Stage.RSET).once().stall();
        deliver(brief, 2);
        assertEquals(2, peer.sessions());
        assertEquals(2, recipients().size());
        stall.release();
    }

    @Test
    void a_host_that_does_not_reset_is_called_again() {
        deliver(OFTEN, 1);
        peer.at(Stage.RSET).once().answer("502 5.5.1 what is that");
        deliver(OFTEN, 1);
        assertEquals(2, peer.sessions());
    }

    @Test
    void a_mail_whose_verdict_was_lost_is_not_sent_again_in_the_same_attempt() {
        deliver(OFTEN, 1);
        peer.at(Stage.END_OF_DATA).once().hangUp();
        Attempt attempt = attempt(OFTEN, "bob@example.com");
        assertTrue(
                deferred(attempt).reply().startsWith("451 4.4.2 "),
                deferred(attempt).reply());
        assertEquals(1, peer.sessions());
    }

    @Test
    void a_refused_mail_leaves_the_session_to_the_next() {
        peer.at(Stage.RCPT, "eve").answer("550 5.1.1 nobody");
        Couriers.failed(attempt(OFTEN, "eve@example.com"));
        deliver(OFTEN, 1);
        assertEquals(1, peer.sessions());
        assertEquals(List.of("alice0@example.com"), recipients());
    }

    @Test
    void what_had_to_do_without_tls_is_not_used_again() {
        peer.withStartTls().at(Stage.TLS_HANDSHAKE).once().hangUp();
        Attempt plain = attempt(OFTEN, "alice@example.com");
        assertNull(plain.tls());
        Attempt secured = attempt(OFTEN, "bob@example.com");
        assertNotEquals(null, secured.tls());
        assertEquals(3, peer.sessions());
    }

    @Test
    void a_host_that_was_not_ready_for_tls_is_asked_again_for_the_next_mail() {
        peer.withStartTls().at(Stage.STARTTLS).once().answer("454 4.7.0 not now");
        assertNull(attempt(OFTEN, "alice@example.com").tls());
        assertNotEquals(null, attempt(OFTEN, "bob@example.com").tls());
        assertEquals(2, peer.sessions());
    }

    @Test
    void a_host_that_refused_ehlo_is_asked_again_for_the_next_mail() {
        peer.withStartTls().at(Stage.EHLO).once().answer("502 5.5.1 what is EHLO");
        assertNull(attempt(OFTEN, "alice@example.com").tls());
        assertNotEquals(null, attempt(OFTEN, "bob@example.com").tls());
        assertEquals(2, peer.sessions());
    }

    @Test
    void a_session_without_tls_brings_others_where_the_host_offers_none() {
        peer.requiringAuth("chancery", "secret");
        courier = couriers.relay(peer, Couriers.PATIENT, new Credentials("chancery", "secret"), OFTEN);
        deliver(OFTEN, 2);
        assertEquals(1, peer.sessions());
    }

    @Test
    void a_mail_that_demands_verified_tls_is_not_brought_in_a_session_without() {
        try (ScriptedDns dns = ScriptedDns.start()
                .mx("strict.example", 10, "mx.peer.test")
                .mx("loose.example", 10, "mx.peer.test")
                .a("mx.peer.test", "127.0.0.1")) {
            couriers.policies = destination -> destination.equals("strict.example")
                    ? Optional.of(new StsPolicy(Mode.ENFORCE, List.of("mx.peer.test"), LONG))
                    : Optional.empty();
            SmtpCourier exchangers = couriers.exchangers(dns, peer.port());
            courier = exchangers;
            delivered(exchangers.deliver(couriers.job("a@loose.example"), UNWATCHED));
            deferred(exchangers.deliver(couriers.job("b@strict.example"), UNWATCHED));
            assertEquals(List.of("a@loose.example"), recipients());
        }
    }

    @Test
    void a_mail_that_demands_verified_tls_gets_a_session_of_its_own() {
        try (ScriptedDns dns = ScriptedDns.start()
                .mx("strict.example", 10, "mx.peer.test")
                .mx("loose.example", 10, "mx.peer.test")
                .a("mx.peer.test", "127.0.0.1")) {
            peer.withStartTls();
            couriers.tls = new Tls(PeerCertificate.trusted());
            couriers.policies = destination -> destination.equals("strict.example")
                    ? Optional.of(new StsPolicy(Mode.ENFORCE, List.of("mx.peer.test"), LONG))
                    : Optional.empty();
            SmtpCourier exchangers = couriers.exchangers(dns, peer.port());
            courier = exchangers;
            for (String recipient :
                    List.of("a@loose.example", "b@strict.example", "c@loose.example", "d@strict.example")) {
                delivered(exchangers.deliver(couriers.job(recipient), UNWATCHED));
            }
            assertEquals(2, peer.sessions());
        }
    }
}
