package org.chancery.core.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.chancery.core.fault.Later;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.screening.ScanDesk.Lanes;
import org.junit.jupiter.api.Test;

class ScanDeskTest {
    private static final Instant NOW = Instant.parse("2026-03-02T09:15:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final ScannedMail MAIL = mail(1);

    private static final Supplier<String> FAILS = () -> {
        throw new FailedOnMail("says ERROR", null);
    };

    private final Deque<Runnable> first = new ArrayDeque<>();
    private final Deque<Runnable> again = new ArrayDeque<>();

    /** Whether the server copes with a harmless mail. */
    private boolean isWell = true;

    private int proofs;

    private final ScanDesk<String> direct = desk(Lanes.DIRECT);

    @Test
    void an_answer_is_given_and_nothing_harmless_asked_for_it() {
        assertEquals("clean", direct.ask(MAIL, () -> "clean"));
        assertEquals(0, proofs);
    }

    @Test
    void a_server_that_copes_with_a_harmless_mail_fails_on_this_one() {
        assertThrows(FailedOnMail.class, () -> direct.ask(MAIL, FAILS));
        assertEquals(1, proofs);
    }

    @Test
    void one_that_does_not_is_away_and_nothing_counts() {
        isWell = false;
        for (int i = 0; i < 2 * ScanDesk.TRIES; i++) {
            assertThrows(Unavailable.class, () -> direct.ask(MAIL, FAILS));
        }
    }

    @Test
    void one_that_is_away_is_asked_nothing_more() {
        assertThrows(
                Unavailable.class,
                () -> direct.ask(MAIL, () -> {
                    throw new Unavailable("refused", null);
                }));
        assertEquals(0, proofs);
    }

    @Test
    void a_mail_that_takes_the_server_down_each_time_is_told_by_its_being_well_before() {
        Supplier<String> kills = () -> {
            isWell = false;
            throw new FailedOnMail("broke off", null);
        };
        assertThrows(Unavailable.class, () -> direct.ask(MAIL, kills));
        assertThrows(Unavailable.class, () -> direct.ask(MAIL, () -> "not asked while it is down"));
        isWell = true;
        assertThrows(FailedOnMail.class, () -> direct.ask(MAIL, kills));
    }

    @Test
    void a_mail_that_was_there_when_it_went_down_is_believed_after_one_answer() {
        isWell = false;
        assertThrows(Unavailable.class, () -> direct.ask(MAIL, FAILS));
        isWell = true;
        assertEquals("clean", direct.ask(MAIL, () -> "clean"));
        proofs = 0;
        assertEquals("clean", direct.ask(MAIL, () -> "clean"));
        assertEquals(0, proofs);
    }

    @Test
    void a_mail_waits_in_the_spool_until_the_answer_is_there() {
        ScanDesk<String> desk = desk(new Lanes(first::add, 0, again::add));
        Later later = assertThrows(Later.class, () -> desk.ask(MAIL, () -> "clean"));
        AtomicBoolean isThere = new AtomicBoolean();
        later.whenThere(() -> isThere.set(true));
        assertThrows(Later.class, () -> desk.ask(MAIL, () -> "asked once only"));
        assertEquals(1, first.size());
        assertFalse(isThere.get());
        first.remove().run();
        assertTrue(isThere.get());
        assertEquals("clean", desk.ask(MAIL, () -> "asked once only"));
    }

    @Test
    void a_mail_that_is_tried_again_takes_no_place_of_others() {
        ScanDesk<String> desk = desk(new Lanes(first::add, 0, again::add));
        assertThrows(Later.class, () -> desk.ask(mail(2), () -> "clean"));
        assertEquals(0, first.size());
        assertEquals(1, again.size());
    }

    @Test
    void nor_does_one_that_may_have_taken_the_server_down() {
        ScanDesk<String> desk = desk(new Lanes(first::add, 0, again::add));
        isWell = false;
        assertThrows(Later.class, () -> desk.ask(MAIL, FAILS));
        first.remove().run();
        assertThrows(Unavailable.class, () -> desk.ask(MAIL, FAILS));
        assertThrows(Later.class, () -> desk.ask(MAIL, FAILS));
        assertEquals(0, first.size());
        assertEquals(1, again.size());
    }

    @Test
    void an_answer_that_is_there_is_not_asked_for_again_by_whoever_tries_mails_again() {
        ScanDesk<String> desk = desk(new Lanes(first::add, 0, again::add));
        isWell = false;
        assertThrows(Later.class, () -> desk.ask(MAIL, FAILS));
        first.remove().run();
        assertThrows(Unavailable.class, () -> desk.ask(MAIL, FAILS));
        isWell = true;
        assertThrows(Later.class, () -> desk.ask(MAIL, () -> "clean"));
        again.remove().run();
        assertEquals("clean", desk.ask(MAIL, () -> "asked twice"));
        assertEquals(0, first.size());
    }

    @Test
    void what_the_question_throws_comes_out_as_it_is() {
        IllegalStateException bug = new IllegalStateException("a bug");
        assertSame(
                bug,
                assertThrows(
                        IllegalStateException.class,
                        () -> direct.ask(MAIL, () -> {
                            throw bug;
                        })));
    }

    @Test
    void mail_waits_where_the_server_stops() {
        ScanDesk<String> stopping = desk(new Lanes(
                task -> {
                    throw new RejectedExecutionException();
                },
                1,
                again::add));
        assertThrows(Unavailable.class, () -> stopping.ask(MAIL, () -> "clean"));
    }

    @Test
    void the_last_try_is_the_one_after_which_a_mail_is_held() {
        assertEquals(false, ScanDesk.isLast(ScanDesk.TRIES - 1));
        assertEquals(true, ScanDesk.isLast(ScanDesk.TRIES));
    }

    private ScanDesk<String> desk(Lanes lanes) {
        return new ScanDesk<>(
                () -> {
                    proofs++;
                    if (!isWell) {
                        throw new Unavailable("unwell", null);
                    }
                },
                lanes,
                CLOCK);
    }

    private static ScannedMail mail(int attempt) {
        return new ScannedMail(SpoolId.at(NOW), attempt, Arrival.local(NOW), 0, InputStream::nullInputStream);
    }
}
