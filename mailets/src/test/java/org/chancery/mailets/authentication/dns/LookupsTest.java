package org.chancery.mailets.authentication.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.chancery.mailets.authentication.dns.Dns.Answer;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups.Bounds;
import org.junit.jupiter.api.Test;

class LookupsTest {
    private static final Answer FOUND = new Answer.Found(List.of("x"));
    private static final Bounds SHORT = new Bounds(Duration.ofMillis(20), Duration.ofMillis(60), 5);
    private static final Bounds PATIENT = new Bounds(Duration.ofMillis(1), Duration.ofMinutes(1), 5);

    private static final String CLIENT = "a client";

    private final Silent dns = new Silent();

    /** Answers when the test says so, or never. */
    private static final class Silent implements Dns {
        final List<String> asked = new ArrayList<>();
        final CompletableFuture<Answer> open = new CompletableFuture<>();

        @Override
        public CompletionStage<Answer> ask(String name, Type type) {
            asked.add(type + " " + name);
            return open;
        }
    }

    @Test
    void a_question_is_asked_once() {
        dns.open.complete(FOUND);
        Lookups lookups = new Lookups(dns, SHORT, new SlowLane(2), CLIENT);
        lookups.expect("a.example", Type.TXT);
        assertEquals(FOUND, lookups.ask("A.example", Type.TXT));
        assertEquals(FOUND, lookups.ask("a.example", Type.TXT));
        assertEquals(FOUND, lookups.ask("a.example", Type.A));
        assertEquals(List.of("TXT a.example", "A a.example"), dns.asked);
    }

    @Test
    void a_question_that_is_never_answered_ends() {
        long start = System.nanoTime();
        Lookups lookups = new Lookups(dns, SHORT, new SlowLane(2), CLIENT);
        for (String name : List.of("a", "b", "c", "d")) {
            assertInstanceOf(Answer.Trouble.class, lookups.ask(name, Type.A));
        }
        // All together, not each.
        assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(Duration.ofSeconds(10)) < 0);
    }

    @Test
    void too_many_questions_are_trouble() {
        dns.open.complete(FOUND);
        Lookups lookups = new Lookups(dns, SHORT, new SlowLane(2), CLIENT);
        for (int i = 0; i < 5; i++) {
            assertEquals(FOUND, lookups.ask("n" + i, Type.A));
        }
        assertInstanceOf(Answer.Trouble.class, lookups.ask("n5", Type.A));
        assertEquals(FOUND, lookups.ask("n0", Type.A), "what is known stays known");
        assertEquals(5, dns.asked.size());
    }

    @Test
    void only_some_mails_may_wait_long() {
        SlowLane lane = new SlowLane(2);
        assertTrue(lane.enter("another client", "slow.example"));
        Answer crowded = new Lookups(dns, PATIENT, lane, CLIENT).ask("other.example", Type.A);
        assertEquals(new Answer.Trouble("other mail waits for slow name servers already"), crowded);
        lane.leave("another client", "slow.example");

        CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(() -> dns.open.complete(FOUND));
        Answer answer = new Lookups(dns, PATIENT, lane, CLIENT).ask("third.example", Type.A);
        assertEquals(FOUND, answer, "there is room again");
        assertEquals(0, lane.taken());
    }

    @Test
    void whoever_has_used_up_its_time_takes_no_room() {
        SlowLane lane = new SlowLane(2);
        Lookups slow = new Lookups(dns, SHORT, lane, CLIENT);
        assertEquals(new Answer.Trouble("the name servers took too long"), slow.ask("slow.example", Type.A));
        assertEquals(0, lane.taken());
        assertTrue(lane.enter("another client", "another.example"));
        assertEquals(new Answer.Trouble("the name servers took too long"), slow.ask("next.example", Type.A));
    }

    @Test
    void a_name_that_kept_a_mail_in_vain_is_not_waited_for_again_soon() {
        AtomicLong now = new AtomicLong();
        SlowLane lane = new SlowLane(2, now::get);
        Lookups first = new Lookups(dns, SHORT, lane, CLIENT);
        assertInstanceOf(Answer.Trouble.class, first.ask("dead.bank.example", Type.TXT));
        assertInstanceOf(Answer.Trouble.class, first.ask("good.example", Type.TXT));
        assertTrue(lane.isTooSlow("Dead.bank.example"));
        assertFalse(lane.isTooSlow("_dmarc.bank.example"), "what stands beside it is not to blame");
        assertFalse(lane.isTooSlow("bank.example"));
        assertFalse(lane.isTooSlow("good.example"), "who was asked after all the time was used up is not to blame");
        Lookups second = new Lookups(dns, new Bounds(Duration.ofHours(1), Duration.ofHours(1), 5), lane, CLIENT);
        assertInstanceOf(Answer.Trouble.class, second.ask("dead.bank.example", Type.TXT), "without waiting");
        dns.open.complete(FOUND);
        assertEquals(FOUND, second.ask("dead.bank.example", Type.TXT), "an answer that is there is taken");
        now.addAndGet(Duration.ofSeconds(61).toNanos());
        assertFalse(lane.isTooSlow("dead.bank.example"));
        for (int i = 0; i < 5_000; i++) {
            lane.remember("d" + i + ".example");
        }
        assertTrue(lane.isTooSlow("d4999.example"));
        assertFalse(lane.isTooSlow("d0.example"));
    }
}
