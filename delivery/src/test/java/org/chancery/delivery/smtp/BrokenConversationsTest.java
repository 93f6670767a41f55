package org.chancery.delivery.smtp;

import static org.chancery.delivery.smtp.Couriers.IMPATIENT;
import static org.chancery.delivery.smtp.Couriers.MOMENT;
import static org.chancery.delivery.smtp.Couriers.PATIENCE;
import static org.chancery.delivery.smtp.Couriers.deferred;
import static org.chancery.delivery.smtp.Couriers.deliver;
import static org.chancery.delivery.smtp.Couriers.delivered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.ChangedMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.Courier.Talk;
import org.chancery.delivery.smtp.DeliveryConfig.Credentials;
import org.chancery.delivery.smtp.DeliveryConfig.Relay;
import org.chancery.delivery.smtp.DeliveryConfig.Timeouts;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.chancery.testkit.peer.Stall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that hang up, fall silent, or speak something else. */
class BrokenConversationsTest {
    private final ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
    private final Couriers couriers = new Couriers();

    @AfterEach
    void stop() {
        peer.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"GREETING", "EHLO", "MAIL", "RCPT", "DATA", "IN_DATA", "END_OF_DATA"})
    void a_peer_that_hangs_up_is_tried_again(Stage stage) {
        peer.at(stage).hangUp();
        Result.TemporaryFailure failure = deferred(deliver(couriers.relay(peer), couriers.job("alice@example.com")));
        assertTrue(failure.reply().startsWith("451 4.4.2 "), failure.reply());
        assertFalse(failure.peerSaid());
        assertEquals(List.of(), peer.mails());
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"GREETING", "EHLO", "MAIL", "RCPT", "DATA", "END_OF_DATA"})
    void a_peer_that_falls_silent_is_tried_again(Stage stage) {
        peer.at(stage).stall();
        Result.TemporaryFailure failure =
                deferred(deliver(couriers.relay(peer, IMPATIENT, null), couriers.job("alice@example.com")));
        assertTrue(failure.reply().startsWith("451 4.4.2 "), failure.reply());
        assertTrue(failure.reply().contains("took too long"), failure.reply());
        assertFalse(failure.peerSaid());
        assertEquals(List.of(), peer.mails());
    }

    @Test
    void a_peer_that_stops_reading_the_mail_is_tried_again() {
        peer.at(Stage.IN_DATA).stall();
        RawDigest big = couriers.mails.add("x\r\n".repeat(10_000_000));
        Timeouts timeouts = new Timeouts(PATIENCE, PATIENCE, PATIENCE, MOMENT, PATIENCE, PATIENCE);
        Result.TemporaryFailure failure =
                deferred(deliver(couriers.relay(peer, timeouts, null), couriers.job(big, "alice@example.com")));
        assertTrue(failure.reply().contains("took too long over the mail"), failure.reply());
    }

    @Test
    void a_250_that_did_not_reach_us_is_not_taken_for_one() {
        peer.at(Stage.END_OF_DATA).hangUp();
        deferred(deliver(couriers.relay(peer), couriers.job("alice@example.com")));
        assertEquals(1, peer.unacknowledgedMails().size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_a_peer_does_after_its_250_changes_nothing(boolean stalls) {
        if (stalls) {
            peer.at(Stage.QUIT).stall();
        } else {
            peer.at(Stage.QUIT).hangUp();
        }
        delivered(deliver(couriers.relay(peer), couriers.job("alice@example.com")));
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            mode = Mode.INCLUDE,
            names = {"GREETING", "EHLO", "MAIL", "RCPT", "DATA", "END_OF_DATA"})
    void a_peer_that_speaks_no_smtp_is_tried_again(Stage stage) {
        // The script reads codes; this one is read as 250 by it and as nothing by us.
        peer.at(stage).answerAndHangUp("250x 400 Bad Request");
        Result.TemporaryFailure failure = deferred(deliver(couriers.relay(peer), couriers.job("alice@example.com")));
        assertTrue(failure.reply().startsWith("451 4.5.0 "), failure.reply());
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"GREETING", "EHLO", "MAIL", "RCPT", "DATA", "END_OF_DATA"})
    void a_peer_that_talks_without_end_is_tried_again(Stage stage) {
        peer.at(stage).answer("250 " + "x".repeat(1_000_000));
        assertTrue(deferred(deliver(couriers.relay(peer), couriers.job("alice@example.com")))
                .reply()
                .startsWith("451 4.5.0 "));
        peer.at(stage).answer(Collections.nCopies(50_000, "250-and more").toArray(String[]::new));
        assertTrue(deferred(deliver(couriers.relay(peer), couriers.job("alice@example.com")))
                .reply()
                .startsWith("451 4.5.0 "));
    }

    @Test
    void a_peer_that_falls_silent_over_the_password_is_tried_again() {
        peer.requiringAuth("chancery", "secret");
        peer.at(Stage.AUTH).stall();
        Credentials credentials = new Credentials("chancery", "secret");
        Result.TemporaryFailure failure =
                deferred(deliver(couriers.relay(peer, IMPATIENT, credentials), couriers.job("alice@example.com")));
        assertTrue(failure.reply().contains("took too long"), failure.reply());
    }

    @Test
    void a_peer_that_falls_silent_over_starttls_is_tried_again() {
        peer.withStartTls().at(Stage.STARTTLS).stall();
        Result.TemporaryFailure failure =
                deferred(deliver(couriers.relay(peer, IMPATIENT, null), couriers.job("alice@example.com")));
        assertTrue(failure.reply().contains("took too long"), failure.reply());
    }

    @ParameterizedTest
    @CsvSource({"LF, 250 2.0.0 kept", "CRLF, 250 2.0.0 kept"})
    void a_250_counts_though_the_peer_resets_the_line_after_it_or_ends_its_lines_in_lf(String lineEnd, String verdict)
            throws IOException {
        Attempt attempt = attemptAt(lineEnd.equals("LF") ? "\n" : "\r\n", verdict, true);
        assertTrue(delivered(attempt).reply().startsWith("250 2.0.0 kept"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "250", "250 2.0.0 kep", "250-2.0.0 kept\r\n", "250-2.0.0 kept\r\n25"})
    void a_250_that_breaks_off_is_none(String verdict) throws IOException {
        Attempt attempt = attemptAt("\r\n", verdict, false);
        assertTrue(
                deferred(attempt).reply().startsWith("451 4.4.2 "),
                deferred(attempt).reply());
    }

    /** One attempt at a peer that ends its lines so, gives this verdict, whole or not, and then resets the connection. */
    private Attempt attemptAt(String lineEnd, String verdict, boolean isWhole) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> converse(listener, lineEnd, verdict, isWhole));
            Relay relay = new Relay(new HostPort("127.0.0.1", listener.getLocalPort()), false, null);
            return deliver(
                    couriers.relay(relay, Couriers.PATIENT, Tls.trustingTheSystem()),
                    couriers.job("alice@example.com"));
        }
    }

    private static void converse(ServerSocket listener, String lineEnd, String verdict, boolean isWhole) {
        try (Socket client = listener.accept()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            OutputStream out = client.getOutputStream();
            for (String reply : List.of("220 odd.test", "250 odd.test", "250 ok", "250 ok", "354 go on")) {
                out.write((reply + lineEnd).getBytes(StandardCharsets.US_ASCII));
                in.readLine(); // EHLO, MAIL, RCPT, DATA, and the first line of the mail
            }
            while (!".".equals(in.readLine())) {
                // the mail
            }
            out.write((isWhole ? verdict + lineEnd : verdict).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            if (isWhole) {
                in.readLine(); // QUIT: a reset before it could overtake the verdict
                client.setSoLinger(true, 0);
            }
        } catch (IOException left) {
            // The test sees what came of it.
        }
    }

    @Test
    void a_recipient_refused_before_the_line_broke_stays_refused() {
        peer.at(Stage.RCPT, "bob@").answer("550 5.1.1 no such user");
        peer.at(Stage.DATA).hangUp();
        Attempt attempt = deliver(couriers.relay(peer), couriers.job("alice@example.com", "bob@example.com"));
        deferred(attempt);
        assertEquals(
                new Result.PermanentFailure(EmailAddress.of("bob@example.com"), "550 5.1.1 no such user", true),
                attempt.results().getLast());
    }

    @Test
    void where_nobody_listens_is_tried_again() {
        peer.close();
        Attempt attempt = deliver(couriers.relay(peer), couriers.job("alice@example.com"));
        assertTrue(deferred(attempt).reply().startsWith("451 4.4.1 cannot connect to localhost"));
        assertEquals(null, attempt.remote());
    }

    @Test
    void a_relay_without_an_address_is_tried_again() {
        Relay relay = Relay.at(new HostPort("relay.invalid", 25), null);
        Attempt attempt =
                deliver(couriers.relay(relay, IMPATIENT, Tls.trustingTheSystem()), couriers.job("alice@example.com"));
        assertTrue(deferred(attempt).reply().startsWith("451 4.4.3 "));
    }

    @Test
    void a_reply_dealt_out_a_byte_at_a_time_does_not_last_longer_than_it_may() throws IOException {
        try (ServerSocket dribbler = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> dribble(dribbler));
            Relay relay = new Relay(new HostPort("127.0.0.1", dribbler.getLocalPort()), false, null);
            Attempt attempt = deliver(
                    couriers.relay(relay, IMPATIENT, Tls.trustingTheSystem()), couriers.job("alice@example.com"));
            assertTrue(deferred(attempt).reply().contains("took too long"));
        }
    }

    private static void dribble(ServerSocket dribbler) {
        try (Socket client = dribbler.accept()) {
            OutputStream out = client.getOutputStream();
            out.write("220-".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write('x');
                Thread.sleep(10); // The peer's pace, not ours.
            }
        } catch (IOException | InterruptedException left) {
            // The client had enough.
        }
    }

    @Test
    void the_attempt_as_a_whole_has_a_limit() {
        peer.at(Stage.MAIL).stall();
        Timeouts timeouts = new Timeouts(PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE, MOMENT);
        deferred(deliver(couriers.relay(peer, timeouts, null), couriers.job("alice@example.com")));
    }

    @Test
    void an_interrupted_attempt_ends_at_once() throws InterruptedException {
        Stall stall = peer.at(Stage.MAIL).stall();
        Attempt[] attempt = new Attempt[1];
        Thread courier = Thread.ofVirtual().start(() -> {
            try (SmtpCourier relay = couriers.relay(peer)) {
                attempt[0] = relay.deliver(couriers.job("alice@example.com"), Couriers.UNWATCHED);
            }
        });
        peer.awaitStage(Stage.MAIL, 1, PATIENCE);
        courier.interrupt();
        courier.join();
        deferred(attempt[0]);
        stall.release();
    }

    @Test
    void it_is_told_when_only_the_verdict_is_awaited_and_when_it_is_there() {
        List<String> told = new ArrayList<>();
        try (SmtpCourier relay = couriers.relay(peer)) {
            delivered(relay.deliver(couriers.job("alice@example.com"), new Told(told, () -> {})));
        }
        assertEquals(List.of("begins", "awaits verdict", "begins"), told);
    }

    @Test
    void an_attempt_that_is_cut_short_before_the_final_dot_does_not_send_it() {
        List<String> told = new ArrayList<>();
        try (SmtpCourier relay = couriers.relay(peer)) {
            Talk talk = new Told(told, () -> Thread.currentThread().interrupt());
            deferred(relay.deliver(couriers.job("alice@example.com"), talk));
        } finally {
            // The test's own thread goes on.
            Thread.interrupted();
        }
        peer.awaitNoSession(PATIENCE);
        assertEquals(List.of("begins", "awaits verdict"), told);
        assertEquals(List.of(), peer.mails());
        assertEquals(List.of(), peer.unacknowledgedMails());
    }

    /** Notes what it is told, and does something before the dot. */
    private record Told(List<String> told, Runnable beforeTheDot) implements Talk {
        @Override
        public void begins() {
            told.add("begins");
        }

        @Override
        public void awaitsVerdict() {
            told.add("awaits verdict");
            beforeTheDot.run();
        }
    }

    @Test
    void a_store_that_breaks_in_the_middle_ends_the_mail_without_its_dot() {
        byte[] raw = "x\r\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        InputStream whole = new ByteArrayInputStream(raw);
        InputStream half = TestMails.breaking(Arrays.copyOf(raw, raw.length / 2));
        Iterator<InputStream> opened = List.of(whole, half).iterator();
        RawDigest digest = couriers.mails.add(RawDigest.of(raw), opened::next);
        Result.TemporaryFailure failure =
                deferred(deliver(couriers.relay(peer), couriers.job(digest, "alice@example.com")));
        assertTrue(failure.reply().startsWith("451 4.3.0 "), failure.reply());
        peer.awaitNoSession(PATIENCE);
        assertEquals(List.of(), peer.mails());
        assertEquals(List.of(), peer.unacknowledgedMails());
    }

    @Test
    void a_mail_that_is_changed_while_it_is_sent_ends_without_its_dot_and_for_good() {
        byte[] raw = "x\r\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        byte[] changed = raw.clone();
        changed[raw.length / 2] = 'y';
        Iterator<InputStream> opened = List.<InputStream>of(
                        new ByteArrayInputStream(raw), new ByteArrayInputStream(changed))
                .iterator();
        RawDigest digest = couriers.mails.add(RawDigest.of(raw), opened::next);
        Attempt attempt = deliver(couriers.relay(peer), couriers.job(digest, "alice@example.com"));
        assertEquals(ChangedMail.REPLY, Couriers.failed(attempt).reply());
        peer.awaitNoSession(PATIENCE);
        assertEquals(List.of(), peer.mails());
        assertEquals(List.of(), peer.unacknowledgedMails());
    }

    @Test
    void a_mail_with_a_bare_line_end_is_not_sent() {
        RawDigest raw = couriers.mails.add("Subject: x\r\n\r\nfine\n.\r\nMAIL FROM:<smuggler@example.com>\r\n");
        Attempt attempt = deliver(couriers.relay(peer), couriers.job(raw, "alice@example.com"));
        assertTrue(Couriers.failed(attempt).reply().startsWith("554 5.6.0 "));
        assertEquals(0, peer.sessions());
    }
}
