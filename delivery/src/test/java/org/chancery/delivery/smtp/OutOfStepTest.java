package org.chancery.delivery.smtp;

import static org.chancery.delivery.smtp.Couriers.PATIENCE;
import static org.chancery.delivery.smtp.Couriers.UNWATCHED;
import static org.chancery.delivery.smtp.Couriers.deferred;
import static org.chancery.delivery.smtp.Couriers.delivered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.Courier.Talk;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.delivery.smtp.DeliveryConfig.Reuse;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that say more than they were asked for: no reply is ever taken for that to another command. */
class OutOfStepTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Reuse OFTEN = new Reuse(100, LONG, LONG, 10, LONG);
    private static final String REFUSAL = "550 5.1.1 no such user";

    private final ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
    private final Couriers couriers = new Couriers();
    private @Nullable SmtpCourier courier;

    @AfterEach
    void stop() {
        if (courier != null) {
            courier.close();
        }
        peer.close();
    }

    private Attempt attempt(String... recipients) {
        return attempt(couriers.job(recipients), UNWATCHED);
    }

    private Attempt attempt(OutgoingJob job, Talk talk) {
        if (courier == null) {
            courier = couriers.relay(peer, OFTEN);
        }
        return courier.deliver(job, talk);
    }

    /** In plain text and within TLS, where what came in has to be opened before anybody knows what it is. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void what_a_host_says_between_two_mails_ends_its_session(boolean isTls) {
        if (isTls) {
            peer.withStartTls();
        }
        peer.at(Stage.RCPT, "eve@").answer(REFUSAL);
        delivered(attempt("alice@example.com"));
        peer.sayUnasked("250 2.0.0 and one more");

        Attempt attempt = attempt("eve@example.com", "bob@example.com");

        assertEquals(
                List.of(
                        new Result.PermanentFailure(EmailAddress.of("eve@example.com"), REFUSAL, true),
                        new Result.Delivered(EmailAddress.of("bob@example.com"), "250 2.0.0 kept")),
                attempt.results());
        assertEquals(2, peer.sessions());
    }

    @Test
    void a_host_that_says_goodbye_between_two_mails_is_called_again() {
        delivered(attempt("alice@example.com"));
        peer.sayUnasked("421 4.4.2 you took too long");
        delivered(attempt("bob@example.com"));
        assertEquals(2, peer.sessions());
    }

    @Test
    void what_comes_in_within_tls_and_is_no_word_ends_nothing() {
        // A server of this Java sends its tickets unasked (RFC 8446 §4.6.1).
        peer.withStartTls();
        delivered(attempt("alice@example.com"));
        delivered(attempt("bob@example.com"));
        assertEquals(1, peer.sessions());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PIPELINING", "8BITMIME"})
    void a_reply_too_much_to_a_recipient_makes_none_count(String extension) {
        peer.offering(extension);
        peer.at(Stage.RCPT, "alice@").answer("250 2.1.5 taken", "250 2.1.5 taken again");
        peer.at(Stage.RCPT, "eve@").answer(REFUSAL);

        Attempt attempt = attempt("alice@example.com", "eve@example.com", "bob@example.com");

        assertEquals(3, attempt.results().size());
        attempt.results().forEach(result -> assertTrue(result instanceof Result.TemporaryFailure, result.toString()));
        peer.awaitNoSession(PATIENCE);
        assertEquals(List.of(), peer.mails());
        assertEquals(List.of(), peer.unacknowledgedMails());
    }

    @Test
    void a_yes_before_the_final_dot_is_none() {
        peer.at(Stage.IN_DATA).answer("250 2.0.0 kept already");
        Result.TemporaryFailure result = deferred(attemptAnsweredBeforeTheDot());
        assertTrue(result.reply().startsWith("451 4.5.0 "), result.reply());
        assertFalse(result.peerSaid());
    }

    @ParameterizedTest
    @CsvSource({
        "552 5.3.4 too big, false",
        "554 5.7.1 spam, true",
        "451 4.3.0 no room, false",
        "421 4.3.2 closing, false",
        "421 4.3.2 closing, true"
    })
    void a_refusal_before_the_final_dot_is_told_in_its_own_words(String refusal, boolean isTls) {
        if (isTls) {
            peer.withStartTls();
        }
        peer.at(Stage.IN_DATA).once().answer(refusal);
        assertEquals(
                new Result.TemporaryFailure(EmailAddress.of("alice@example.com"), refusal, true),
                deferred(attemptAnsweredBeforeTheDot()));
        delivered(attempt("bob@example.com"));
        assertEquals(1, peer.mails().size());
    }

    /** What the peer says within the mail has been said when the dot is due. */
    private Attempt attemptAnsweredBeforeTheDot() {
        return attempt(couriers.job("alice@example.com"), new Talk() {
            @Override
            public void begins() {}

            @Override
            public void awaitsVerdict() {
                peer.awaitNoSession(PATIENCE);
            }
        });
    }

    @Test
    void a_host_that_wants_to_hear_on_after_the_final_dot_is_not_asked_again() {
        peer.at(Stage.END_OF_DATA).once().answer("354 and on");
        assertEquals("354 and on", deferred(attempt("alice@example.com")).reply());
        delivered(attempt("bob@example.com"));
        assertEquals(2, peer.sessions());
    }
}
