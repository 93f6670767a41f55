package org.chancery.delivery.spam;

import static org.chancery.delivery.spam.ScriptedHttpPeer.answers;
import static org.chancery.delivery.spam.ScriptedHttpPeer.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.screening.FailedOnMail;
import org.chancery.core.screening.ScanDesk;
import org.chancery.core.screening.ScanDesk.Lanes;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.screening.SpamScorer.Candidate;
import org.chancery.core.screening.WhenAway;
import org.chancery.delivery.spam.RspamdConfig.Limits;
import org.chancery.delivery.spam.ScriptedHttpPeer.Reaction;
import org.chancery.delivery.spam.ScriptedHttpPeer.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RspamdScorerTest {
    /** A peer that answers does so in less on any machine. */
    private static final Duration ENOUGH = Duration.ofMinutes(1);

    /** For one that does not: it takes the connection in less. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    /** For peers whose answer comes to the same as none. */
    private static final Duration VERY_SHORT = Duration.ofMillis(300);

    private static final Candidate MAIL = Candidates.mail("From: ana@example.net\nSubject: a sale\n\nBuy now!\n");

    private static RspamdScorer scorer(ScriptedHttpPeer peer, WhenAway whenAway) {
        return scorer(peer.address(), whenAway, new Limits(ENOUGH, ENOUGH));
    }

    private static RspamdScorer scorer(URI address, WhenAway whenAway, Limits limits) {
        Clock clock = Clock.fixed(Candidates.NOW, ZoneOffset.UTC);
        return new RspamdScorer(new RspamdConfig(address, whenAway, null, limits), Lanes.DIRECT, clock);
    }

    private static SpamScore score(String answer) throws IOException {
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(answers(200, answer))) {
            return Candidates.score(scorer(peer, WhenAway.DEFER), MAIL);
        }
    }

    @Test
    void the_mail_is_posted_as_it_came_with_what_the_session_said() throws Exception {
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(answers(200, "{\"score\": 1.2}"))) {
            RspamdScorer scorer = scorer(peer, WhenAway.DEFER);
            scorer.score(MAIL, Candidates.destinations());
            Request request = peer.request();

            assertEquals("POST /checkv2 HTTP/1.1", request.line());
            assertEquals("ana@example.net", request.value("From"));
            assertEquals(List.of("office@example.org", "sales@example.org"), request.values("Rcpt"));
            assertEquals("192.0.2.25", request.value("IP"));
            assertEquals("mail.example.net", request.value("Helo"));
            assertEquals(MAIL.scanned().id().text(), request.value("Queue-Id"));
            assertArrayEquals(MAIL.scanned().raw().open().readAllBytes(), request.body());
        }
    }

    @Test
    void a_stranger_cannot_add_fields_through_the_envelope() throws Exception {
        Candidate hostile = Candidates.mail(
                "Subject: x\n\n",
                "evil\r\nSettings-Id: none\u0000ü",
                ReversePath.of(EmailAddress.of("jörg@example.net")));
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(answers(200, "{\"score\": 0}"))) {
            RspamdScorer scorer = scorer(peer, WhenAway.DEFER);
            scorer.score(hostile, Candidates.destinations());
            Request request = peer.request();

            assertEquals("evil??Settings-Id:?none??", request.value("Helo"));
            assertEquals("j?rg@example.net", request.value("From"));
            assertEquals(List.of(), request.values("Settings-Id"));
        }
    }

    @Test
    void a_null_reverse_path_is_told_as_such() throws Exception {
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(answers(200, "{\"score\": 0}"))) {
            RspamdScorer scorer = scorer(peer, WhenAway.DEFER);
            scorer.score(Candidates.mail("Subject: x\n\n", "", ReversePath.NULL), Candidates.destinations());
            Request request = peer.request();

            assertEquals("<>", request.value("From"));
            assertEquals("unknown", request.value("Helo"));
        }
    }

    @Test
    void it_is_asked_once_for_all_recipients() throws Exception {
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(answers(200, "{\"score\": 3}"))) {
            RspamdScorer scorer = scorer(peer, WhenAway.DEFER);
            Map<EmailAddress, SpamScore> scores = scorer.score(MAIL, Candidates.destinations());

            assertEquals(2, scores.size());
            assertEquals(scores.get(Candidates.OFFICE), scores.get(Candidates.SALES));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // their score, thresholds of "add header" and "reject", ours
        "0, 6, 15, 0",
        "-3, 6, 15, -2.5",
        "3, 6, 15, 2.5",
        "6, 6, 15, 5",
        "10.5, 6, 15, 10",
        "15, 6, 15, 15",
        "24, 6, 15, 25",
        "4, 4, 8, 5",
        "8, 4, 8, 15",
        "6, 0, 0, 5",
        "6, 20, 10, 5"
    })
    void its_thresholds_become_five_and_fifteen(double theirs, double addHeader, double reject, double ours)
            throws IOException {
        assertEquals(
                ours,
                score("{\"score\": " + theirs + ", \"thresholds\": {\"add header\": " + addHeader + ", \"reject\": "
                                + reject + "}}")
                        .score());
    }

    @Test
    void symbols_become_signals_that_make_up_the_score() throws IOException {
        SpamScore score = score("""
                {"score": 12.0, "required_score": 15, "action": "add header", "symbols": {
                  "FORGED_SENDER": {"name": "FORGED_SENDER", "score": 4.5, "description": "From differs", "options": ["a", "b"]},
                  "R_SPF_FAIL": {"score": 7.5},
                  "ASN": {"score": 0.0, "options": ["asn:1"]},
                  "MIME_GOOD": {"score": -0.1},
                  "odd name-1": {"score": 0.1}}}
                """);

        assertTrue(score.isKnown());
        assertEquals(11.67, score.score());
        assertEquals(
                List.of("R_SPF_FAIL", "FORGED_SENDER", "MIME_GOOD", "odd_name_1"),
                score.signals().stream().map(Signal::name).toList());
        assertEquals("From differs: a, b", score.signals().get(1).detail());
        assertEquals(score.score(), Signal.sum(score.signals()), 0.05);
    }

    @ParameterizedTest
    @CsvSource({
        "reject, 15",
        "add header, 5",
        "rewrite subject, 5",
        "greylist, 0",
        "soft reject, 0",
        "no action, 0",
        "whatever comes, 0"
    })
    void an_action_counts_as_its_threshold_whatever_the_score_says(String action, double least) throws IOException {
        SpamScore score = score("{\"score\": 0, \"is_skipped\": true, \"action\": \"" + action + "\"}");

        assertEquals(least, score.score());
        assertEquals(least, Signal.sum(score.signals()));
    }

    static Stream<Arguments> ways_to_be_away() {
        return Stream.of(
                away("hangs up", Socket::close),
                hangs("says nothing", connection -> await()),
                hangs("stops in the middle of the header", connection -> {
                    write(connection, "HTTP/1.1 200 OK\r\nContent-Le");
                    await();
                }),
                hangs("stops in the middle of the answer", connection -> {
                    write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"score\": 1");
                    await();
                }),
                hangs("drips", connection -> {
                    write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
                    for (int i = 0; i < 100_000; i++) {
                        write(connection, " ");
                        pause();
                    }
                }),
                away("never ends", connection -> {
                    write(connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
                    for (int i = 0; i < 10_000; i++) {
                        write(connection, chunk);
                    }
                }),
                away("speaks no HTTP", connection -> write(connection, "220 mail.example.net ESMTP\r\n")),
                away("is busy", answers(503, "{\"score\": 0}")),
                away("has no such page", answers(404, "{\"error\": \"no\"}")),
                away(
                        "sends elsewhere",
                        connection -> write(
                                connection,
                                "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")),
                away("answers with an error", answers(200, "{\"error\": \"cannot process\"}")),
                away("answers with a score in words", answers(200, "{\"score\": \"low\"}")),
                away("answers with no number", answers(200, "{\"score\": 1e999}")),
                away("answers with half of it", answers(200, "{\"score\": 1, \"symbols\": {")),
                away("answers with nothing", answers(200, "")),
                away("answers with a tower", answers(200, "[".repeat(500_000))));
    }

    private static Arguments away(String name, Reaction reaction) {
        return Arguments.of(name, reaction, ENOUGH);
    }

    private static Arguments hangs(String name, Reaction reaction) {
        return Arguments.of(name, reaction, SHORT);
    }

    private static void await() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways_to_be_away")
    void while_it_is_away_mail_waits_or_is_held_and_never_passes(String name, Reaction reaction) throws IOException {
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(reaction)) {
            Limits limits = new Limits(VERY_SHORT, VERY_SHORT);
            RspamdScorer defers = scorer(peer.address(), WhenAway.DEFER, limits);
            RspamdScorer holds = scorer(peer.address(), WhenAway.HOLD, limits);
            assertThrows(Unavailable.class, () -> defers.score(MAIL, Candidates.destinations()));
            SpamScore held = Candidates.score(holds, MAIL);

            assertFalse(held.isKnown());
            assertTrue(held.reaches(1_000));
            assertEquals(1, defers.failures());
            assertEquals(1, holds.failures());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways_to_be_away")
    void a_mail_on_which_it_fails_each_time_is_tried_again_and_held_in_the_end(
            String name, Reaction onPoison, Duration limit) throws IOException {
        Candidate poison = Candidates.mail("Subject: x\n\npoison\n");
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.choosing(
                request -> new String(request.body(), StandardCharsets.UTF_8).contains("poison")
                        ? onPoison
                        : answers(200, "{\"score\": 1}"))) {
            RspamdScorer scorer = scorer(peer.address(), WhenAway.DEFER, new Limits(limit, ENOUGH));
            assertThrows(FailedOnMail.class, () -> scorer.score(poison, Candidates.destinations()));
            SpamScore held = Candidates.score(scorer, Candidates.again(poison, ScanDesk.TRIES));

            assertFalse(held.isKnown());
            assertTrue(held.reaches(1_000));
            assertTrue(held.signals().getFirst().detail().contains("not with this one"), held.signals()::toString);
        }
    }

    @Test
    void each_mail_has_a_connection_of_its_own_for_one_that_was_left_open_may_be_dead() throws Exception {
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(connection -> {
            write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"score\": 1}");
            await();
        })) {
            RspamdScorer scorer = scorer(peer, WhenAway.DEFER);
            assertTrue(Candidates.score(scorer, MAIL).isKnown());
            assertTrue(Candidates.score(scorer, Candidates.again(MAIL, 2)).isKnown());
        }
    }

    @Test
    void where_nobody_listens_mail_waits() throws IOException {
        URI nowhere;
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(answers(200, ""))) {
            nowhere = peer.address();
        }
        RspamdScorer scorer = scorer(nowhere, WhenAway.DEFER, new Limits(ENOUGH, ENOUGH));
        assertThrows(Unavailable.class, () -> scorer.score(MAIL, Candidates.destinations()));
    }

    @Test
    void once_it_is_back_mail_is_scored_again() throws IOException {
        try (ScriptedHttpPeer peer = ScriptedHttpPeer.that(answers(503, ""))) {
            RspamdScorer scorer = scorer(peer, WhenAway.DEFER);
            assertThrows(Unavailable.class, () -> scorer.score(MAIL, Candidates.destinations()));
            peer.nowDoes(answers(200, "{\"score\": 6}"));

            assertEquals(5.0, Candidates.score(scorer, MAIL).score());
        }
    }

    @Test
    void an_address_with_a_path_keeps_it() {
        assertEquals(
                URI.create("http://h:1/rspamd/checkv2"),
                RspamdScorer.endpoint(URI.create("http://h:1/rspamd/"), "/checkv2"));
        assertEquals(URI.create("http://h:1/checkv2"), RspamdScorer.endpoint(URI.create("http://h:1"), "/checkv2"));
    }
}
