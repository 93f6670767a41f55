package org.chancery.delivery.smtp;

import static org.chancery.delivery.smtp.Couriers.PATIENCE;
import static org.chancery.delivery.smtp.Couriers.deferred;
import static org.chancery.delivery.smtp.Couriers.deliver;
import static org.chancery.delivery.smtp.Couriers.delivered;
import static org.chancery.delivery.smtp.Couriers.failed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.testkit.peer.ScriptedDns;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One host after the other: 127.0.0.1 is the first exchanger of example.com, 127.0.0.2 the second, 127.0.0.3 is dead. */
class MailExchangersTest {
    private static final String EIGHT_BIT = "Subject: x\r\n\r\nGr\u00fc\u00dfe\r\n";

    private final ScriptedSmtpPeer first = ScriptedSmtpPeer.start();
    private final ScriptedSmtpPeer second = ScriptedSmtpPeer.start("127.0.0.2", first.port());
    private final ScriptedDns dns = ScriptedDns.start()
            .mx("example.com", 10, "first.example.com")
            .mx("example.com", 20, "second.example.com")
            .a("first.example.com", "127.0.0.1")
            .a("second.example.com", "127.0.0.2");
    private final Couriers couriers = new Couriers();

    @AfterEach
    void stop() {
        first.close();
        second.close();
        dns.close();
    }

    @Test
    void the_first_host_that_takes_the_mail_is_the_last_one_asked() {
        Attempt attempt = attempt(couriers.job("alice@example.com"));
        delivered(attempt);
        assertEquals("first.example.com [127.0.0.1]:" + first.port(), attempt.remote());
        assertEquals(0, second.sessions());
    }

    @Test
    void how_the_mail_was_protected_is_known_of_each_recipient_by_itself() {
        first.withStartTls().at(Stage.RCPT, "bob@").answer("450 4.2.1 later");
        second.at(Stage.RCPT, "eve@").answer("450 4.2.1 later");
        first.at(Stage.RCPT, "eve@").answer("450 4.2.1 later");
        Attempt attempt = attempt(couriers.job("alice@example.com", "bob@example.com", "eve@example.com"));
        assertEquals(
                2,
                attempt.results().stream()
                        .filter(Result.Delivered.class::isInstance)
                        .count());

        Attempt.Session alice = attempt.session(EmailAddress.of("alice@example.com"));
        assertEquals("first.example.com [127.0.0.1]:" + first.port(), alice.remote());
        assertTrue(String.valueOf(alice.security().tls()).startsWith("TLSv1."), alice.toString());
        Attempt.Session bob = attempt.session(EmailAddress.of("bob@example.com"));
        assertEquals("second.example.com [127.0.0.2]:" + first.port(), bob.remote());
        assertNull(bob.security().tls());
        assertEquals(bob, attempt.session(EmailAddress.of("eve@example.com")));
    }

    @Test
    void who_is_left_over_by_a_host_that_cannot_be_reached_was_protected_by_nothing() {
        first.withStartTls().at(Stage.RCPT, "bob@").hangUp();
        second.close();
        Attempt attempt = attempt(couriers.job("bob@example.com"));
        deferred(attempt);
        assertEquals(Attempt.Session.NONE, attempt.session(EmailAddress.of("bob@example.com")));
    }

    @Test
    void a_dead_address_is_passed_over() {
        dns.mx("dead.example", 10, "dead.example.com")
                .a("dead.example.com", "127.0.0.3")
                .a("dead.example.com", "127.0.0.4")
                .mx("dead.example", 20, "second.example.com");
        Attempt attempt = attempt(couriers.job("alice@dead.example"));
        delivered(attempt);
        assertEquals("second.example.com [127.0.0.2]:" + first.port(), attempt.remote());
    }

    @Test
    void the_second_address_of_a_host_is_as_good_as_the_first() {
        dns.a("two.example", "127.0.0.3").a("two.example", "127.0.0.1");
        delivered(attempt(couriers.job("alice@two.example")));
        assertEquals(1, first.mails().size());
    }

    @ParameterizedTest
    @CsvSource({
        "GREETING, 554 5.7.1 not you",
        "GREETING, 421 4.3.2 closing",
        "EHLO, 421 4.3.2 closing",
        "MAIL, 450 4.3.2 later",
        "RCPT, 450 4.2.0 greylisted",
        "DATA, 451 4.3.0 broken"
    })
    void what_a_host_does_not_want_now_the_next_one_may(Stage stage, String reply) {
        first.at(stage).answer(reply);
        delivered(attempt(couriers.job("alice@example.com")));
        assertEquals(1, second.awaitMail(1, PATIENCE).size());
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"GREETING", "EHLO", "MAIL", "RCPT", "DATA", "IN_DATA"})
    void where_a_host_hangs_up_before_the_dot_the_next_one_is_asked(Stage stage) {
        first.at(stage).hangUp();
        // More than the buffers on the way hold, so that the dot has not been sent when the line breaks.
        RawDigest big = couriers.mails.add(("x".repeat(998) + "\r\n").repeat(15_000));
        second.keepingOnlyDigests();
        delivered(attempt(couriers.job(big, "alice@example.com")));
        assertEquals(1, second.awaitMail(1, PATIENCE).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PIPELINING", "SIZE 10"})
    void what_a_host_lacks_the_next_one_may_have(String offered) {
        first.offering(offered);
        delivered(attempt(couriers.job(couriers.mails.add(EIGHT_BIT), "alice@example.com")));
        assertEquals(1, second.awaitMail(1, PATIENCE).size());
    }

    @Test
    void what_all_hosts_lack_fails_for_good() {
        first.offering("PIPELINING");
        second.offering("PIPELINING");
        Attempt attempt = attempt(couriers.job(couriers.mails.add(EIGHT_BIT), "alice@example.com"));
        assertTrue(
                failed(attempt).reply().startsWith("554 5.6.3 "),
                failed(attempt).reply());
    }

    @Test
    void a_host_that_cannot_be_asked_now_may_have_what_the_other_lacks() {
        first.offering("PIPELINING");
        second.close();
        deferred(attempt(couriers.job(couriers.mails.add(EIGHT_BIT), "alice@example.com")));
    }

    @Test
    void a_host_lacks_it_at_all_its_addresses() {
        dns.a("two.example", "127.0.0.1").a("two.example", "127.0.0.3");
        first.offering("PIPELINING");
        failed(attempt(couriers.job(couriers.mails.add(EIGHT_BIT), "alice@two.example")));
    }

    @Test
    void after_the_dot_no_other_host_is_asked() {
        first.at(Stage.END_OF_DATA).hangUp();
        deferred(attempt(couriers.job("alice@example.com")));
        first.at(Stage.END_OF_DATA).answer("451 4.3.0 not now");
        deferred(attempt(couriers.job("alice@example.com")));
        assertEquals(0, second.sessions());
    }

    @ParameterizedTest
    @CsvSource({"MAIL, 550 5.7.1 no", "RCPT, 550 5.1.1 no such user", "DATA, 554 5.5.0 no", "END_OF_DATA, 554 5.6.0 no"
    })
    void a_refusal_for_good_holds_for_all_hosts(Stage stage, String reply) {
        first.at(stage).answer(reply);
        assertEquals(reply, failed(attempt(couriers.job("alice@example.com"))).reply());
        assertEquals(0, second.sessions());
    }

    @Test
    void only_those_left_over_are_offered_to_the_next_host() {
        first.at(Stage.RCPT, "bob@").answer("452 4.5.3 too many recipients");
        first.at(Stage.RCPT, "carol@").answer("550 5.1.1 no such user");
        Attempt attempt = attempt(couriers.job("alice@example.com", "bob@example.com", "carol@example.com"));
        assertEquals(
                List.of(
                        new Result.Delivered(EmailAddress.of("alice@example.com"), "250 2.0.0 kept"),
                        new Result.Delivered(EmailAddress.of("bob@example.com"), "250 2.0.0 kept"),
                        new Result.PermanentFailure(
                                EmailAddress.of("carol@example.com"), "550 5.1.1 no such user", true)),
                attempt.results());
        assertEquals(List.of("alice@example.com"), first.mails().getFirst().recipients());
        assertEquals(List.of("bob@example.com"), second.mails().getFirst().recipients());
    }

    @Test
    void what_a_peer_said_outweighs_that_another_is_dead() {
        dns.mx("grey.example", 10, "first.example.com").mx("grey.example", 20, "dead.example.com");
        dns.a("dead.example.com", "127.0.0.3");
        first.at(Stage.RCPT).answer("450 4.2.0 greylisted");
        Result.TemporaryFailure failure = deferred(attempt(couriers.job("alice@grey.example")));
        assertEquals("450 4.2.0 greylisted", failure.reply());
        assertTrue(failure.peerSaid());
    }

    @Test
    void tls_without_a_good_certificate_is_better_than_none() {
        first.withStartTls();
        Attempt attempt = attempt(couriers.job("alice@example.com"));
        delivered(attempt);
        assertTrue(first.mails().getFirst().tls());
    }

    @Test
    void a_null_mx_is_final_without_a_connection() {
        dns.nullMx("null.example");
        Attempt attempt = attempt(couriers.job("alice@null.example", "bob@null.example"));
        Result.PermanentFailure failure = failed(attempt);
        assertTrue(failure.reply().startsWith("556 5.1.10 "), failure.reply());
        assertFalse(failure.peerSaid());
        assertNull(attempt.remote());
    }

    @Test
    void name_servers_in_trouble_are_no_fault_of_the_mail() {
        dns.servfail("trouble.example");
        assertTrue(
                deferred(attempt(couriers.job("alice@trouble.example"))).reply().startsWith("451 4.4.3 "));
    }

    @Test
    void private_addresses_are_not_spoken_to() {
        var strict = Couriers.exchangersAt(dns, first.port(), false);
        Attempt attempt = deliver(couriers.exchangers(strict, Couriers.PATIENT), couriers.job("alice@example.com"));
        assertTrue(failed(attempt).reply().startsWith("550 5.4.4 "));
        assertEquals(0, first.sessions());
    }

    @Test
    void a_250_is_not_forgotten_when_the_store_breaks_at_the_next_host() {
        byte[] raw = TestMails.SHORT.getBytes(StandardCharsets.US_ASCII);
        int[] opened = {0};
        RawDigest digest = couriers.mails.add(RawDigest.of(raw), () -> {
            // Once to look through it, once for the first host.
            if (++opened[0] > 2) {
                throw new IllegalStateException("the store was damaged");
            }
            return new ByteArrayInputStream(raw);
        });
        first.at(Stage.RCPT, "bob@").answer("450 4.2.0 greylisted");
        Attempt attempt = attempt(couriers.job(digest, "alice@example.com", "bob@example.com"));
        delivered(attempt);
        assertEquals(
                new Result.TemporaryFailure(EmailAddress.of("bob@example.com"), "450 4.2.0 greylisted", true),
                attempt.results().getLast());
    }

    private Attempt attempt(OutgoingJob job) {
        return deliver(couriers.exchangers(dns, first.port()), job);
    }
}
