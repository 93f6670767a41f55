package org.chancery.delivery;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BellTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Bell bell = new Bell();

    @Test
    void a_ring_that_came_before_is_heard_and_heard_once() throws InterruptedException {
        bell.ring();
        bell.awaitRing(LONG);
        bell.awaitRing(Duration.ZERO);
        assertFalse(bell.awaitUntil(() -> false, Duration.ofMillis(1)));
    }

    @Test
    void a_claim_is_looked_at_whenever_it_rings() throws InterruptedException {
        AtomicBoolean claim = new AtomicBoolean();
        Thread ringer = Thread.ofVirtual().start(() -> {
            bell.ring();
            claim.set(true);
            bell.ring();
        });
        assertTrue(bell.awaitUntil(claim::get, LONG));
        ringer.join();
    }

    @Test
    void a_claim_that_holds_waits_for_no_ring_and_takes_none() throws InterruptedException {
        bell.ring();
        assertTrue(bell.awaitUntil(() -> true, Duration.ZERO));
        bell.awaitRing(LONG);
    }
}
