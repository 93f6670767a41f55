package org.chancery.delivery.smtp;

import static org.chancery.delivery.smtp.Couriers.PATIENCE;
import static org.chancery.delivery.smtp.Couriers.deferred;
import static org.chancery.delivery.smtp.Couriers.deliver;
import static org.chancery.delivery.smtp.Couriers.delivered;
import static org.chancery.delivery.smtp.Couriers.failed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each reply at each stage of the dialog means for the recipients. */
class RepliesTest {
    private static final String[] WITHOUT_PIPELINING = {"8BITMIME", "SMTPUTF8", "SIZE"};

    private final ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
    private final Couriers couriers = new Couriers();

    @AfterEach
    void stop() {
        peer.close();
        assertEquals(List.of(), peer.violations());
    }

    @Test
    void a_mail_is_delivered() {
        Attempt attempt = deliver(couriers.relay(peer), couriers.job("alice@example.com"));

        assertEquals("250 2.0.0 kept", delivered(attempt).reply());
        assertEquals("localhost [127.0.0.1]:" + peer.port(), attempt.remote());
        assertEquals(Couriers.NOW, attempt.startedAt());
        ReceivedMail mail = peer.awaitMail(1, PATIENCE).getFirst();
        assertEquals("mail.sender.test", mail.helo());
        assertEquals("bounces+1@sender.test", mail.reversePath());
        assertEquals(List.of("alice@example.com"), mail.recipients());
        assertEquals(TestMails.SHORT, mail.content().text());
    }

    @Test
    void the_dialog_is_the_shortest_there_is() {
        deliver(couriers.relay(peer), couriers.job("alice@example.com"));
        peer.awaitStage(Stage.QUIT, 1, PATIENCE);
        assertEquals(
                List.of(
                        "EHLO mail.sender.test",
                        "MAIL FROM:<bounces+1@sender.test> SIZE=" + TestMails.SHORT.length(),
                        "RCPT TO:<alice@example.com>",
                        "DATA",
                        "QUIT"),
                peer.commands());
    }

    @Test
    void the_null_reverse_path_is_an_empty_one() {
        RawDigest raw = couriers.mails.add(TestMails.SHORT);
        deliver(couriers.relay(peer), couriers.job(raw, ReversePath.NULL, "alice@example.com"));
        assertEquals("", peer.awaitMail(1, PATIENCE).getFirst().reversePath());
    }

    @ParameterizedTest
    @CsvSource({
        "GREETING, 421 4.3.2 closing",
        "GREETING, 554 5.7.1 your address is on a list",
        "EHLO, 421 4.7.0 too fast",
        "EHLO, 451 4.7.1 later",
        "MAIL, 421 4.7.0 too many",
        "MAIL, 450 4.1.8 no such sender now",
        "MAIL, 452 4.3.1 disk full",
        "MAIL, 530 5.7.0 STARTTLS first",
        "RCPT, 421 4.7.0 too many",
        "RCPT, 450 4.2.0 greylisted",
        "RCPT, 452 4.5.3 too many recipients",
        "RCPT, 552 5.5.3 too many recipients",
        "RCPT, 552 too many recipients",
        "RCPT, 354 what",
        "DATA, 421 4.3.2 closing",
        "DATA, 451 4.3.0 broken",
        "DATA, 250 no number for DATA",
        "END_OF_DATA, 421 4.3.2 closing",
        "END_OF_DATA, 451 4.7.1 later",
        "END_OF_DATA, 354 what"
    })
    void what_a_host_does_not_want_now_is_tried_again(Stage stage, String reply) {
        for (String[] extensions : List.of(new String[] {"PIPELINING"}, WITHOUT_PIPELINING)) {
            peer.offering(extensions).at(stage).answer(reply);
            Result.TemporaryFailure failure =
                    deferred(deliver(couriers.relay(peer), couriers.job("alice@example.com")));
            assertEquals(reply, failure.reply());
            assertTrue(failure.peerSaid());
        }
        assertEquals(List.of(), peer.mails());
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 550 5.7.1 not from you",
        "MAIL, 552 5.3.4 too big",
        "RCPT, 550 5.1.1 no such user",
        "RCPT, 553 5.1.3 no such address",
        "RCPT, 552 5.2.2 mailbox full",
        "DATA, 554 5.5.1 no",
        "END_OF_DATA, 550 5.7.1 looks like spam",
        "END_OF_DATA, 552 5.2.2 mailbox full"
    })
    void what_a_host_refuses_for_good_is_not_tried_again(Stage stage, String reply) {
        for (String[] extensions : List.of(new String[] {"PIPELINING"}, WITHOUT_PIPELINING)) {
            peer.offering(extensions).at(stage).answer(reply);
            Result.PermanentFailure failure = failed(deliver(couriers.relay(peer), couriers.job("alice@example.com")));
            assertEquals(reply, failure.reply());
            assertTrue(failure.peerSaid());
        }
        assertEquals(List.of(), peer.mails());
    }

    @Test
    void a_peer_that_does_not_know_ehlo_is_greeted_with_helo() {
        peer.at(Stage.EHLO).answer("502 5.5.1 what is EHLO");
        delivered(deliver(couriers.relay(peer), couriers.job("alice@example.com")));
        ReceivedMail mail = peer.awaitMail(1, PATIENCE).getFirst();
        assertEquals("MAIL FROM:<bounces+1@sender.test>", mail.mailCommand());
        assertFalse(mail.pipelined());
    }

    @Test
    void a_host_that_wants_neither_ehlo_nor_helo_is_tried_again_later() {
        peer.at(Stage.EHLO).answer("550 5.7.1 go away");
        peer.at(Stage.HELO).answer("550 5.7.1 go away for good");
        Result.TemporaryFailure failure = deferred(deliver(couriers.relay(peer), couriers.job("a@example.com")));
        assertEquals("550 5.7.1 go away for good", failure.reply());
    }

    @Test
    void a_greeting_may_have_several_lines() {
        peer.at(Stage.GREETING).answer("220-peer.test at your service", "220 no spam");
        delivered(deliver(couriers.relay(peer), couriers.job("alice@example.com")));
    }

    @Test
    void all_lines_of_a_refusal_are_kept() {
        peer.at(Stage.RCPT).answer("550-5.1.1 There is", "550-5.1.1 no such", "550 5.1.1 user");
        assertEquals(
                "550 5.1.1 There is 5.1.1 no such 5.1.1 user",
                failed(deliver(couriers.relay(peer), couriers.job("alice@example.com")))
                        .reply());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void each_recipient_has_a_result_of_its_own(boolean pipelining) {
        peer.offering(pipelining ? new String[] {"PIPELINING"} : WITHOUT_PIPELINING);
        peer.at(Stage.RCPT, "bob@").answer("550 5.1.1 no such user");
        peer.at(Stage.RCPT, "carol@").answer("450 4.2.1 later");

        Attempt attempt = deliver(
                couriers.relay(peer),
                couriers.job("bob@example.com", "alice@example.com", "carol@example.com", "dave@example.com"));

        assertEquals(
                List.of(
                        new Result.PermanentFailure(address("bob"), "550 5.1.1 no such user", true),
                        new Result.Delivered(address("alice"), "250 2.0.0 kept"),
                        new Result.TemporaryFailure(address("carol"), "450 4.2.1 later", true),
                        new Result.Delivered(address("dave"), "250 2.0.0 kept")),
                attempt.results());
        ReceivedMail mail = peer.awaitMail(1, PATIENCE).getFirst();
        assertEquals(List.of("alice@example.com", "dave@example.com"), mail.recipients());
        assertEquals(pipelining, mail.pipelined());
    }

    @Test
    void the_reply_to_the_final_dot_decides_for_the_accepted_only() {
        peer.at(Stage.RCPT, "bob@").answer("550 5.1.1 no such user");
        peer.at(Stage.END_OF_DATA).answer("451 4.3.0 not now");
        Attempt attempt = deliver(couriers.relay(peer), couriers.job("alice@example.com", "bob@example.com"));
        assertEquals(
                List.of(
                        new Result.TemporaryFailure(address("alice"), "451 4.3.0 not now", true),
                        new Result.PermanentFailure(address("bob"), "550 5.1.1 no such user", true)),
                attempt.results());
    }

    @Test
    void without_pipelining_data_is_not_asked_for_when_nobody_was_accepted() {
        peer.offering(WITHOUT_PIPELINING).at(Stage.RCPT).answer("550 5.1.1 no such user");
        failed(deliver(couriers.relay(peer), couriers.job("alice@example.com", "bob@example.com")));
        peer.awaitStage(Stage.QUIT, 1, PATIENCE);
        assertFalse(peer.commands().contains("DATA"));
    }

    @Test
    void data_that_was_taken_without_a_recipient_is_ended_empty() {
        peer.at(Stage.RCPT).answer("550 5.1.1 no such user");
        peer.at(Stage.DATA).answer("354 go ahead all the same");
        assertEquals(
                "550 5.1.1 no such user",
                failed(deliver(couriers.relay(peer), couriers.job("alice@example.com")))
                        .reply());
        peer.awaitStage(Stage.QUIT, 1, PATIENCE);
        assertEquals(List.of(), peer.mails());
    }

    @Test
    void what_is_said_after_a_refused_mail_command_is_an_echo() {
        peer.at(Stage.MAIL).answer("550 5.7.1 not from you");
        peer.at(Stage.RCPT).answer("250 2.1.5 fine");
        assertEquals(
                "550 5.7.1 not from you",
                failed(deliver(couriers.relay(peer), couriers.job("alice@example.com")))
                        .reply());
    }

    @Test
    void more_recipients_than_one_flight_takes_are_all_reached() {
        String[] recipients = IntStream.range(0, 130)
                .mapToObj(i -> "user" + i + "@example.com")
                .toArray(String[]::new);
        peer.at(Stage.RCPT, "user77@").answer("550 5.1.1 no such user");

        Attempt attempt = deliver(couriers.relay(peer), couriers.job(recipients));

        List<String> expected = new ArrayList<>(List.of(recipients));
        expected.remove("user77@example.com");
        assertEquals(expected, peer.awaitMail(1, PATIENCE).getFirst().recipients());
        assertEquals(
                129,
                attempt.results().stream()
                        .filter(Result.Delivered.class::isInstance)
                        .count());
    }

    @Test
    void a_421_within_a_flight_leaves_all_for_later() {
        peer.at(Stage.RCPT, "bob@").answerAndHangUp("421 4.3.2 closing");
        Attempt attempt = deliver(
                couriers.relay(peer), couriers.job("alice@example.com", "bob@example.com", "carol@example.com"));
        for (Result result : attempt.results()) {
            assertEquals(new Result.TemporaryFailure(result.recipient(), "421 4.3.2 closing", true), result);
        }
    }

    @Test
    void a_mail_bigger_than_the_peer_takes_is_not_sent() {
        peer.offering("SIZE " + (TestMails.SHORT.length() - 1));
        Result.PermanentFailure failure = failed(deliver(couriers.relay(peer), couriers.job("alice@example.com")));
        assertTrue(failure.reply().startsWith("552 5.3.4 "), failure.reply());
        assertFalse(failure.peerSaid());
        assertTrue(peer.commands().stream().noneMatch(command -> command.startsWith("MAIL")));
    }

    @Test
    void eight_bit_text_is_announced() {
        RawDigest raw = couriers.mails.add("Subject: x\r\n\r\nGrüße\r\n");
        delivered(deliver(couriers.relay(peer), couriers.job(raw, "alice@example.com")));
        ReceivedMail mail = peer.awaitMail(1, PATIENCE).getFirst();
        assertTrue(mail.mailCommand().endsWith(" BODY=8BITMIME"), mail.mailCommand());
        assertEquals("Subject: x\r\n\r\nGrüße\r\n", mail.content().text());
    }

    @Test
    void eight_bit_text_is_not_sent_to_who_does_not_take_it() {
        peer.offering("PIPELINING");
        RawDigest raw = couriers.mails.add("Subject: x\r\n\r\nGrüße\r\n");
        Result.PermanentFailure failure = failed(deliver(couriers.relay(peer), couriers.job(raw, "alice@example.com")));
        assertTrue(failure.reply().startsWith("554 5.6.3 "), failure.reply());
        assertFalse(failure.peerSaid());
    }

    @Test
    void eight_bit_text_waits_for_a_peer_that_refused_ehlo_this_time() {
        peer.at(Stage.EHLO).answer("502 5.5.1 what is EHLO");
        RawDigest raw = couriers.mails.add("Subject: x\r\n\r\nGrüße\r\n");
        Result.TemporaryFailure failure =
                deferred(deliver(couriers.relay(peer), couriers.job(raw, "alice@example.com")));
        assertTrue(failure.reply().startsWith("451 4.3.0 "), failure.reply());
        assertEquals(List.of(), peer.mails());
    }

    @Test
    void a_header_beyond_ascii_goes_with_smtputf8() {
        RawDigest raw = couriers.mails.add("Subject: Grüße\r\n\r\nfine\r\n");
        delivered(deliver(couriers.relay(peer), couriers.job(raw, "alice@example.com")));
        ReceivedMail mail = peer.awaitMail(1, PATIENCE).getFirst();
        assertTrue(mail.mailCommand().endsWith(" BODY=8BITMIME SMTPUTF8"), mail.mailCommand());
    }

    @Test
    void a_header_beyond_ascii_is_not_sent_to_who_does_not_take_it() {
        peer.offering("PIPELINING", "8BITMIME");
        RawDigest raw = couriers.mails.add("Subject: Grüße\r\n\r\nfine\r\n");
        Result.PermanentFailure failure = failed(deliver(couriers.relay(peer), couriers.job(raw, "alice@example.com")));
        assertTrue(failure.reply().startsWith("554 5.6.9 "), failure.reply());
        assertEquals(List.of(), peer.mails());
    }

    @Test
    void an_address_beyond_ascii_goes_with_smtputf8() {
        deliver(couriers.relay(peer), couriers.job("jürgen@example.com"));
        ReceivedMail mail = peer.awaitMail(1, PATIENCE).getFirst();
        assertTrue(mail.mailCommand().endsWith(" SMTPUTF8"), mail.mailCommand());
        assertEquals(List.of("jürgen@example.com"), mail.recipients());
    }

    @Test
    void an_address_beyond_ascii_fails_where_the_peer_cannot_take_it_and_the_others_do_not() {
        peer.offering("PIPELINING", "8BITMIME");
        Attempt attempt = deliver(couriers.relay(peer), couriers.job("jürgen@example.com", "alice@example.com"));
        assertTrue(failed(attempt).reply().startsWith("553 5.6.7 "));
        ReceivedMail mail = peer.awaitMail(1, PATIENCE).getFirst();
        assertEquals(List.of("alice@example.com"), mail.recipients());
        assertFalse(mail.mailCommand().contains("SMTPUTF8"));
    }

    @Test
    void a_sender_beyond_ascii_needs_a_peer_that_takes_it() {
        peer.offering("PIPELINING", "8BITMIME");
        ReversePath sender = ReversePath.of(EmailAddress.of("grüße@sender.test"));
        RawDigest raw = couriers.mails.add(TestMails.SHORT);
        failed(deliver(couriers.relay(peer), couriers.job(raw, sender, "alice@example.com")));
        assertEquals(List.of(), peer.mails());
    }

    private static EmailAddress address(String localPart) {
        return EmailAddress.of(localPart + "@example.com");
    }
}
