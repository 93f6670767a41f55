package org.chancery.mailets.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.chancery.core.fault.Later;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.SlowLane;
import org.chancery.mailets.testing.Await;
import org.chancery.mailets.testing.HeldDns;
import org.chancery.mailets.testing.TestMail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SenderDeskTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Lookups.Bounds PATIENT = new Lookups.Bounds(LONG, LONG, 50);

    /** The domain of the reverse-path of a {@link TestMail}. */
    private static final String SENDER = "elsewhere.test";

    private final HeldDns dns = new HeldDns();
    private final List<SenderDesk> desks = new ArrayList<>();

    private SenderDesk desk(Duration moment) {
        SenderDesk desk =
                new SenderDesk(new SenderAuthentication(dns, PATIENT, new SlowLane(2), "here.test"), 2, moment);
        desks.add(desk);
        return desk;
    }

    @AfterEach
    void close() {
        desks.forEach(SenderDesk::close);
    }

    private static MessageHeader header(TestMail mail) throws IOException {
        try (InputStream in = mail.open()) {
            return MessageReader.header(in);
        }
    }

    private static AuthenticationResults results(SenderDesk desk, TestMail mail) throws IOException {
        return desk.results(mail, header(mail));
    }

    @Test
    void a_verdict_that_is_there_in_a_moment_is_given_at_once() throws IOException {
        assertEquals(
                Result.NONE,
                results(desk(LONG), TestMail.to("a@here.test")).spf().result());
    }

    @Test
    void a_mail_whose_name_servers_are_slow_comes_back_when_its_verdict_is_there() throws IOException {
        dns.hold(SENDER);
        SenderDesk desk = desk(Duration.ofMillis(1));
        TestMail mail = TestMail.to("a@here.test");
        Later later = assertThrows(Later.class, () -> results(desk, mail));
        AtomicBoolean there = new AtomicBoolean();
        later.whenThere(() -> there.set(true));
        assertThrows(Later.class, () -> results(desk, mail), "whoever comes too early comes again");
        assertFalse(there.get());
        dns.letGo(SENDER);
        Await.until(there::get);
        int asked = dns.asked();
        assertEquals(Result.NONE, results(desk, mail).spf().result());
        results(desk, mail);
        assertEquals(asked, dns.asked(), "it is judged once");
    }

    @Test
    void what_the_name_servers_left_open_is_told_once_and_asked_again() throws IOException {
        dns.trouble(SENDER);
        SenderDesk desk = desk(LONG);
        TestMail mail = TestMail.to("a@here.test");
        assertEquals(Result.TEMPERROR, results(desk, mail).spf().result());
        dns.letGo(SENDER);
        assertEquals(Result.NONE, results(desk, mail).spf().result());
    }

    @Test
    void a_mail_that_cannot_be_read_fails_and_is_judged_again_at_its_next_try() throws IOException {
        SenderDesk desk = desk(LONG);
        UncheckedIOException unreadable = new UncheckedIOException(new IOException("the disk is gone"));
        AtomicBoolean isBroken = new AtomicBoolean(true);
        TestMail whole = TestMail.to("a@here.test");
        Supplier<InputStream> bytes = () -> {
            if (isBroken.get()) {
                throw unreadable;
            }
            return whole.open();
        };
        TestMail mail = TestMail.of(10, bytes, "a@here.test");
        assertSame(unreadable, assertThrows(UncheckedIOException.class, () -> desk.results(mail, header(whole))));
        isBroken.set(false);
        assertEquals(Result.NONE, desk.results(mail, header(whole)).spf().result());
    }

    @Test
    void more_than_the_desk_takes_comes_back_later() throws IOException {
        dns.hold(SENDER);
        SenderDesk desk = desk(Duration.ofNanos(1));
        TestMail first = TestMail.to("a@here.test");
        assertThrows(Later.class, () -> results(desk, first));
        for (int i = 1; i < SenderDesk.ROOM / SenderDesk.LEAST; i++) {
            assertThrows(Later.class, () -> results(desk, TestMail.to("a@here.test")));
        }
        TestMail last = TestMail.to("a@here.test");
        Later full = assertThrows(Later.class, () -> results(desk, last));
        assertEquals("the senders of other mail are looked up first", full.getMessage());
        dns.letGo(SENDER);
        Await.until(() -> isThere(desk, last));
        assertEquals(Result.NONE, results(desk, first).spf().result());
    }

    @Test
    void big_mails_take_more_of_the_room_and_leave_half_of_it_to_ordinary_ones() throws IOException {
        dns.hold(SENDER);
        SenderDesk desk = desk(Duration.ofNanos(1));
        for (int i = 0; i < SenderDesk.ROOM_FOR_BIG / SenderDesk.MOST; i++) {
            assertEquals("its sender is looked up", waitsFor(desk, big()).getMessage());
        }
        TestMail last = big();
        Later full = waitsFor(desk, last);
        assertEquals("the senders of other mail are looked up first", full.getMessage());
        assertEquals(Duration.ofSeconds(10), full.pause());
        assertEquals(
                "its sender is looked up",
                waitsFor(desk, TestMail.to("a@here.test")).getMessage());
        dns.letGo(SENDER);
        Await.until(() -> isThere(desk, last));
    }

    @Test
    void a_big_mail_that_finds_no_room_takes_none() throws IOException {
        dns.hold(SENDER);
        SenderDesk desk = desk(Duration.ofNanos(1));
        for (int i = 0; i < SenderDesk.ROOM / SenderDesk.LEAST; i++) {
            assertThrows(Later.class, () -> results(desk, TestMail.to("a@here.test")));
        }
        for (int i = 0; i <= SenderDesk.ROOM_FOR_BIG / SenderDesk.MOST; i++) {
            assertEquals(
                    "the senders of other mail are looked up first",
                    waitsFor(desk, big()).getMessage());
        }
        dns.letGo(SENDER);
        TestMail last = big();
        Await.until(() -> isThere(desk, last));
    }

    private static Later waitsFor(SenderDesk desk, TestMail mail) {
        return assertThrows(Later.class, () -> results(desk, mail));
    }

    /** Bigger than what is held in memory of a mail. */
    private static TestMail big() {
        return TestMail.of(25 << 20, TestMail.to("a@here.test")::open, "a@here.test");
    }

    @Test
    void a_stop_gives_no_verdict() {
        dns.hold(SENDER);
        SenderDesk desk = desk(Duration.ofMillis(1));
        TestMail mail = TestMail.to("a@here.test");
        assertThrows(Later.class, () -> results(desk, mail));
        desk.close();
        Await.until(() -> "the server stops"
                .equals(assertThrows(Later.class, () -> results(desk, mail)).getMessage()));
        assertThrows(Later.class, () -> results(desk, mail));
    }

    private static boolean isThere(SenderDesk desk, TestMail mail) {
        try {
            results(desk, mail);
            return true;
        } catch (Later later) {
            return false;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
