package org.chancery.delivery.smtp;

import static org.chancery.delivery.smtp.Couriers.PATIENCE;
import static org.chancery.delivery.smtp.Couriers.deferred;
import static org.chancery.delivery.smtp.Couriers.deliver;
import static org.chancery.delivery.smtp.Couriers.delivered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.chancery.core.queue.Attempt;
import org.chancery.core.sts.StsPolicy;
import org.chancery.core.sts.StsPolicy.Mode;
import org.chancery.testkit.peer.PeerCertificate;
import org.chancery.testkit.peer.ScriptedDns;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RFC 8461 §4, §5: what a policy demands is met, or the mail waits; never is it sent in plain. */
class MtaStsTest {
    private final ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
    private final ScriptedDns dns = ScriptedDns.start()
            .mx("example.com", 10, "mx.peer.test")
            .a("mx.peer.test", "127.0.0.1")
            .mx("elsewhere.example", 10, "mx.elsewhere.example")
            .a("mx.elsewhere.example", "127.0.0.1");
    private final Couriers couriers = new Couriers();

    @AfterEach
    void stop() {
        peer.close();
        dns.close();
    }

    private Attempt attempt(Mode mode, String mx, String recipient) {
        couriers.policies = destination -> Optional.of(new StsPolicy(mode, List.of(mx), Duration.ofDays(1)));
        return deliver(couriers.exchangers(dns, peer.port()), couriers.job(recipient));
    }

    private Attempt attempt(Mode mode) {
        return attempt(mode, "*.peer.test", "alice@example.com");
    }

    private void believing() {
        couriers.tls = new Tls(PeerCertificate.trusted());
    }

    private void assertWaits(Attempt attempt, String why) {
        assertTrue(
                deferred(attempt).reply().startsWith("451 4.7.5 "),
                deferred(attempt).reply());
        String told = attempt.way().security().sts();
        assertTrue(told != null && told.startsWith("enforce: ") && told.contains(why), told);
        assertEquals(List.of(), peer.mails());
        assertTrue(peer.commands().stream().noneMatch(command -> command.startsWith("MAIL")));
    }

    @Test
    void a_policy_that_is_met_is_told() {
        believing();
        peer.withStartTls();
        Attempt attempt = attempt(Mode.ENFORCE);
        delivered(attempt);
        assertEquals("verified", attempt.way().security().certificate());
        assertEquals("enforce", attempt.way().security().sts());
        assertTrue(peer.awaitMail(1, PATIENCE).getFirst().tls());
    }

    @Test
    void a_host_that_is_not_named_gets_no_mail() {
        believing();
        peer.withStartTls();
        assertWaits(attempt(Mode.ENFORCE, "mx.other.test", "alice@example.com"), "none of the mail exchangers");
        assertEquals(0, peer.sessions());
    }

    @Test
    void the_host_that_is_named_is_found_behind_any_number_of_others() {
        believing();
        peer.withStartTls();
        for (int i = 0; i < 12; i++) {
            dns.mx("example.com", i, "old" + i + ".other.test").a("old" + i + ".other.test", "127.0.0.9");
        }
        delivered(attempt(Mode.ENFORCE));
        assertEquals(1, peer.mails().size());
    }

    @Test
    void a_host_without_tls_gets_no_mail() {
        believing();
        assertWaits(attempt(Mode.ENFORCE), "offers no TLS");
    }

    @Test
    void a_host_that_is_not_ready_for_tls_gets_no_mail() {
        believing();
        peer.withStartTls().at(Stage.STARTTLS).answer("454 4.7.0 not now");
        assertWaits(attempt(Mode.ENFORCE), "offers no TLS");
    }

    @Test
    void a_handshake_that_breaks_is_not_followed_by_plain_text() {
        believing();
        peer.withStartTls().at(Stage.TLS_HANDSHAKE).hangUp();
        assertWaits(attempt(Mode.ENFORCE), "no TLS with");
        assertEquals(1, peer.sessions());
    }

    @Test
    void a_certificate_that_nobody_vouches_for_is_not_enough() {
        peer.withStartTls();
        assertWaits(attempt(Mode.ENFORCE), "no TLS with");
        assertEquals(1, peer.sessions());
    }

    @Test
    void a_certificate_for_another_name_is_not_enough() {
        believing();
        peer.withStartTls();
        assertWaits(attempt(Mode.ENFORCE, "*.elsewhere.example", "alice@elsewhere.example"), "no TLS with");
    }

    @Test
    void a_policy_in_its_test_only_tells() {
        Attempt plain = attempt(Mode.TESTING);
        delivered(plain);
        assertEquals(
                "testing: mx.peer.test offers no TLS", plain.way().security().sts());
        assertNull(plain.tls());

        peer.withStartTls();
        Attempt unproved = attempt(Mode.TESTING);
        delivered(unproved);
        String told = unproved.way().security().sts();
        assertTrue(told != null && told.startsWith("testing: the certificate of mx.peer.test: "), told);

        believing();
        assertEquals(
                "testing: mx.peer.test is none of its hosts",
                attempt(Mode.TESTING, "mx.other.test", "alice@example.com")
                        .way()
                        .security()
                        .sts());
        assertEquals("testing", attempt(Mode.TESTING).way().security().sts());
    }

    @Test
    void a_policy_in_its_test_tells_a_handshake_that_broke_from_a_host_without_tls() {
        peer.withStartTls().at(Stage.TLS_HANDSHAKE).hangUp();
        Attempt attempt = attempt(Mode.TESTING);
        delivered(attempt);
        assertNull(attempt.tls());
        String told = attempt.way().security().sts();
        assertTrue(told != null && told.startsWith("testing: 451 4.7.5 no TLS with mx.peer.test"), told);
    }

    @Test
    void a_policy_that_was_given_up_demands_nothing() {
        Attempt attempt = attempt(Mode.NONE);
        delivered(attempt);
        assertNull(attempt.way().security().sts());
    }

    @Test
    void mail_waits_while_it_cannot_be_found_out_what_is_demanded() {
        couriers.policies = destination -> {
            throw new IllegalStateException("the database is away");
        };
        Attempt attempt = deliver(couriers.exchangers(dns, peer.port()), couriers.job("alice@example.com"));
        assertTrue(
                deferred(attempt).reply().startsWith("451 4.7.5 "),
                deferred(attempt).reply());
        assertEquals(0, peer.sessions());
    }
}
