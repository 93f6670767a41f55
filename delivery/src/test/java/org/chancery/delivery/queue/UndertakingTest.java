package org.chancery.delivery.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** When the thread of an attempt may be interrupted; each test is what the thread does. */
class UndertakingTest {
    private final ScriptedJobs jobs = new ScriptedJobs(Clock.systemUTC());

    @Test
    void before_the_dot_it_is_cut_short_at_once_and_nothing_came_of_it() throws InterruptedException {
        assertEquals(List.of("interrupted", "nothing came of it"), seen(attempt -> {
            attempt.begins();
            attempt.cutShortBeforeTheDot();
        }));
    }

    @Test
    void while_the_verdict_is_awaited_it_goes_on_until_the_last_moment() throws InterruptedException {
        assertEquals(List.of("goes on", "something came of it"), seen(attempt -> {
            attempt.begins();
            attempt.awaitsVerdict();
            attempt.cutShortBeforeTheDot();
        }));
        assertEquals(List.of("interrupted", "something came of it"), seen(attempt -> {
            attempt.begins();
            attempt.awaitsVerdict();
            attempt.cutShort();
        }));
    }

    @Test
    void with_the_verdict_it_ends_where_it_was_wanted_to() throws InterruptedException {
        assertEquals(List.of("interrupted", "something came of it"), seen(attempt -> {
            attempt.begins();
            attempt.awaitsVerdict();
            attempt.cutShortBeforeTheDot();
            attempt.begins();
        }));
    }

    @Test
    void a_dot_that_comes_after_the_cut_does_not_go_out() throws InterruptedException {
        assertEquals(List.of("interrupted", "nothing came of it"), seen(attempt -> {
            attempt.begins();
            attempt.cutShortBeforeTheDot();
            attempt.awaitsVerdict();
        }));
    }

    @Test
    void what_is_ours_alone_is_never_interrupted() throws InterruptedException {
        assertEquals(List.of("goes on", "something came of it"), seen(Undertaking::cutShort));
        assertEquals(List.of("interrupted", "nothing came of it"), seen(attempt -> {
            attempt.cutShort();
            attempt.begins();
        }));
    }

    private List<String> seen(Consumer<Undertaking> steps) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        CountDownLatch ended = new CountDownLatch(1);
        Undertaking undertaking = new Undertaking(jobs.add("alice@example.com"), attempt -> {
            steps.accept(attempt);
            seen.add(Thread.currentThread().isInterrupted() ? "interrupted" : "goes on");
            seen.add(attempt.endTalk() ? "nothing came of it" : "something came of it");
            ended.countDown();
        });
        undertaking.start();
        ended.await();
        return seen;
    }
}
