package org.chancery.core.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.chancery.core.fault.Later;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No worker waits here, and the clock is turned by hand. */
@Timeout(60)
class AnswerDeskTest {
    private static final Instant NOW = Instant.parse("2026-03-02T09:15:00Z");
    private static final Duration HANGS_AFTER = Duration.ofMinutes(2);

    /** The share of a network, of which there are four: two mails as small as can be. */
    private static final long SHARE = 2 * Room.LEAST;

    private static final int ANSWERS = 20;

    private static final Supplier<String> NOT_ASKED = () -> {
        throw new AssertionError("asked about what is known, or for what there is no room");
    };

    private volatile Instant now = NOW;
    private final Queue threads = new Queue();
    private final AnswerDesk<String> desk = new AnswerDesk<>(
            1, new AnswerDesk.Limits(Duration.ZERO, HANGS_AFTER, 4 * SHARE, ANSWERS), new HandTurned());

    @Test
    void the_answer_is_there_when_a_thread_has_found_it() {
        ScannedMail mail = mail("192.0.2.1");
        later(mail, () -> "clean");
        threads.work();
        assertTrue(desk.isAsked(mail.id()));
        assertEquals("clean", desk.ask(mail, threads, NOT_ASKED));
        assertFalse(desk.isAsked(mail.id()));
    }

    @Test
    void a_mail_is_called_for_when_its_answer_is_there() {
        CompletableFuture<Void> called = new CompletableFuture<>();
        later(mail("192.0.2.1"), () -> "clean").whenThere(() -> called.complete(null));
        assertFalse(called.isDone());
        threads.work();
        assertTrue(called.isDone());
    }

    @Test
    void a_network_has_a_share_of_the_room_and_others_have_theirs() {
        fill("192.0.2");
        later(mail("192.0.2.200"), NOT_ASKED);
        fill("198.51.100");
        fill("203.0.113");
        fill("10.1.1");
        later(mail("10.1.2.1"), NOT_ASKED);
        assertEquals(8, threads.size());
    }

    @Test
    void room_is_counted_in_octets_of_what_is_in_memory() {
        later(mail("192.0.2.1", SHARE), () -> "clean");
        later(mail("192.0.2.1", 1), NOT_ASKED);
        later(mail("198.51.100.1", 25 << 20), () -> "a file, of which little is in memory");
        later(mail("198.51.100.1", 1), () -> "clean");
        later(mail("203.0.113.1", 3 * SHARE), NOT_ASKED);
        assertEquals(3, threads.size());
    }

    @Test
    void a_mail_that_is_larger_than_the_share_of_its_network_has_room_while_it_is_alone() {
        later(mail("192.0.2.1", 2 * SHARE), () -> "clean");
        later(mail("192.0.2.1", 1), NOT_ASKED);
        assertEquals(1, threads.size());
    }

    @Test
    void an_answer_makes_room_also_where_nobody_came_for_it_and_where_it_is_a_failure() {
        for (int round = 0; round < 3; round++) {
            later(mail("192.0.2.1", SHARE), () -> "clean");
            threads.work();
            later(mail("192.0.2.1", SHARE), () -> {
                throw new Unavailable("away", null);
            });
            threads.work();
        }
    }

    @Test
    void where_there_is_no_room_a_mail_that_waits_long_comes_by_less_often() {
        fill("192.0.2");
        ScannedMail mail = mail("192.0.2.1");
        assertEquals(Duration.ofSeconds(5), later(mail, NOT_ASKED).pause());
        turn(Duration.ofMinutes(2));
        assertEquals(Duration.ofSeconds(30), later(mail, NOT_ASKED).pause());
        turn(Duration.ofDays(2));
        assertEquals(Duration.ofMinutes(2), later(mail, NOT_ASKED).pause());
    }

    @Test
    void answers_that_nobody_comes_for_are_forgotten_when_there_are_too_many() {
        for (int i = 0; i < ANSWERS; i++) {
            later(mail("192.0.2.1"), () -> "clean");
            threads.work();
        }
        ScannedMail one = mail("192.0.2.1");
        later(one, NOT_ASKED);
        turn(Duration.ofMinutes(11));
        later(one, () -> "clean");
        threads.work();
        assertEquals("clean", desk.ask(one, threads, NOT_ASKED));
    }

    @Test
    void nothing_that_waits_is_forgotten_however_long_it_does() {
        ScannedMail waits = mail("198.51.100.1");
        later(waits, () -> "clean");
        Runnable itsTurn = threads.remove();
        for (int i = 1; i < ANSWERS; i++) {
            later(mail("192.0.2.1"), () -> "clean");
            threads.work();
        }
        turn(Duration.ofHours(1));
        later(mail("192.0.2.1"), () -> "clean");
        later(waits, NOT_ASKED);
        itsTurn.run();
        assertEquals("clean", desk.ask(waits, threads, NOT_ASKED));
    }

    @Test
    void a_look_that_never_ends_is_a_failure_of_its_mail_and_another_thread_takes_over() throws Exception {
        ScannedMail mail = mail("192.0.2.1", SHARE);
        CountDownLatch isAtIt = new CountDownLatch(1);
        CountDownLatch comesBack = new CountDownLatch(1);
        later(mail, () -> {
            isAtIt.countDown();
            return stubborn(comesBack);
        });
        Thread thread = Thread.ofPlatform().start(threads.remove());
        isAtIt.await();
        turn(HANGS_AFTER);
        later(mail, NOT_ASKED);
        turn(Duration.ofSeconds(1));

        ScannedMail other = mail("192.0.2.1", SHARE);
        later(other, () -> "clean");
        assertEquals(1, threads.hanging);
        IllegalStateException hangs =
                assertThrows(IllegalStateException.class, () -> desk.ask(mail, threads, NOT_ASKED));
        assertEquals("to look at the mail takes longer than it can", hangs.getMessage());
        threads.work();
        assertEquals("clean", desk.ask(other, threads, NOT_ASKED));

        later(mail, () -> "the next try");
        comesBack.countDown();
        thread.join();
        assertEquals(0, threads.hanging);
        later(mail, NOT_ASKED);
        threads.work();
        assertEquals("the next try", desk.ask(mail, threads, NOT_ASKED));
    }

    @Test
    void waiting_for_a_thread_is_no_hanging() {
        ScannedMail mail = mail("192.0.2.1");
        later(mail, () -> "clean");
        turn(HANGS_AFTER.multipliedBy(10));
        later(mail, NOT_ASKED);
        threads.work();
        assertEquals("clean", desk.ask(mail, threads, NOT_ASKED));
    }

    @Test
    void a_server_that_stops_keeps_no_room() {
        for (int i = 0; i < 10; i++) {
            assertThrows(
                    Unavailable.class,
                    () -> desk.ask(
                            mail("192.0.2.1", SHARE),
                            task -> {
                                throw new RejectedExecutionException();
                            },
                            NOT_ASKED));
        }
        later(mail("192.0.2.1", SHARE), () -> "clean");
    }

    @Test
    void a_pool_works_on_while_its_threads_hang() throws Exception {
        try (AnswerPool pool = new AnswerPool("test", 1)) {
            CountDownLatch comesBack = new CountDownLatch(1);
            CountDownLatch isBack = new CountDownLatch(1);
            pool.execute(() -> {
                stubborn(comesBack);
                pool.cameBack();
                isBack.countDown();
            });
            CompletableFuture<String> next = new CompletableFuture<>();
            pool.execute(() -> next.complete("done"));
            pool.hangs();
            assertEquals("done", next.get());
            comesBack.countDown();
            isBack.await();
            CompletableFuture<String> last = new CompletableFuture<>();
            pool.execute(() -> last.complete("done"));
            assertEquals("done", last.get());
        }
    }

    @Test
    void a_pool_in_which_very_many_hang_lets_mail_wait() throws Exception {
        try (AnswerPool pool = new AnswerPool("test", 1)) {
            CountDownLatch comeBack = new CountDownLatch(1);
            for (int i = 0; i <= AnswerPool.MAX_HANGING + 1; i++) {
                CountDownLatch isAtIt = new CountDownLatch(1);
                pool.execute(() -> {
                    isAtIt.countDown();
                    stubborn(comeBack);
                });
                if (i <= AnswerPool.MAX_HANGING) {
                    isAtIt.await();
                } else {
                    assertEquals(1, isAtIt.getCount());
                }
                pool.hangs();
            }
            comeBack.countDown();
        }
    }

    /** Does not hear that it is told to stop. */
    private static String stubborn(CountDownLatch comesBack) {
        boolean isBack = false;
        while (!isBack) {
            try {
                comesBack.await();
                isBack = true;
            } catch (InterruptedException ignored) {
                isBack = false;
            }
        }
        return "too late";
    }

    private void fill(String network) {
        later(mail(network + ".1"), () -> "clean");
        later(mail(network + ".2"), () -> "clean");
    }

    private Later later(ScannedMail mail, Supplier<String> question) {
        return assertThrows(Later.class, () -> desk.ask(mail, threads, question));
    }

    private void turn(Duration by) {
        now = now.plus(by);
    }

    private ScannedMail mail(String client) {
        return mail(client, 1);
    }

    private ScannedMail mail(String client, long size) {
        try {
            Arrival arrival = new Arrival(now, InetAddress.getByName(client), "mx.elsewhere.test", "ESMTP");
            return new ScannedMail(SpoolId.at(NOW), 1, arrival, size, InputStream::nullInputStream);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Threads that do nothing before the test says so. */
    private static final class Queue implements AnswerThreads {
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private volatile int hanging;

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public synchronized void hangs() {
            hanging++;
        }

        @Override
        public synchronized void cameBack() {
            hanging--;
        }

        int size() {
            return tasks.size();
        }

        Runnable remove() {
            return tasks.remove();
        }

        void work() {
            while (!tasks.isEmpty()) {
                remove().run();
            }
        }
    }

    private final class HandTurned extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
