package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.chancery.core.access.TryBackoff.Limits;
import org.chancery.core.id.TokenId;
import org.junit.jupiter.api.Test;

class TokenGuardTest {
    private static final Instant NOW = Instant.parse("2026-11-30T20:00:00Z");
    private static final ClientNetwork PROXY = new ClientNetwork(false, 1);

    private final TokenGuard guard = new TokenGuard(new Limits(5, 20, Duration.ofSeconds(1)));

    private static TokenSecret generated() {
        return TokenSecret.generate(TokenId.at(NOW));
    }

    private boolean isLookedAt(TokenSecret secret, String name) {
        return guard.wait(PROXY, secret, name, NOW).isZero();
    }

    private void fail(TokenSecret secret, String name, int times) {
        for (int i = 0; i < times; i++) {
            guard.failed(PROXY, secret, name, NOW);
        }
    }

    @Test
    void a_wrong_token_that_is_shown_again_and_again_waits_ever_longer() {
        TokenSecret old = generated();
        fail(old, "", 5);
        assertEquals(Duration.ofSeconds(1), guard.wait(PROXY, old, "", NOW));
        fail(old, "", 5);
        assertEquals(Duration.ofSeconds(32), guard.wait(PROXY, old, "", NOW));
        assertTrue(isLookedAt(generated(), ""), "its neighbours do not");
    }

    @Test
    void wrong_tokens_of_many_keep_out_no_right_one_behind_the_same_proxy() {
        for (int i = 0; i < 50; i++) {
            fail(TokenSecret.of("a-chosen-one-" + i), "name" + i, 1);
        }
        assertTrue(isLookedAt(generated(), ""));
        assertTrue(!isLookedAt(TokenSecret.of("chosen-by-the-operator"), "name"), "it might be guessed");
    }

    @Test
    void generated_ones_are_looked_at_until_it_is_too_much_work() {
        int looks = 0;
        while (isLookedAt(generated(), "") && looks < 1000) {
            fail(generated(), "", 1);
            looks++;
        }
        assertEquals(100, looks);
        assertEquals(Duration.ofMillis(20), guard.wait(PROXY, generated(), "", NOW));
    }

    @Test
    void a_chosen_one_is_counted_for_its_name() {
        for (int i = 0; i < 5; i++) {
            fail(TokenSecret.of("guess-" + i), "agent@acme.example", 1);
        }
        assertTrue(!isLookedAt(TokenSecret.of("guess"), "agent@acme.example"));
        assertTrue(isLookedAt(TokenSecret.of("guess"), "other@acme.example"));
        guard.succeeded(PROXY, TokenSecret.of("right"), "agent@acme.example");
        assertTrue(isLookedAt(TokenSecret.of("guess"), "agent@acme.example"));
    }

    @Test
    void many_guesses_at_once_are_no_more_than_many_in_a_row() throws InterruptedException {
        AtomicInteger looked = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> guesses = IntStream.range(0, 50)
                .mapToObj(i -> Thread.startVirtualThread(() -> guess(i, looked, start)))
                .toList();
        start.countDown();
        for (Thread guess : guesses) {
            guess.join();
        }
        assertEquals(5, looked.get());
    }

    private void guess(int number, AtomicInteger looked, CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        TokenSecret guess = TokenSecret.of("guess-of-many-" + number);
        guard.look(PROXY, guess, () -> {
            if (isLookedAt(guess, "agent@acme.example")) {
                looked.incrementAndGet();
                Thread.yield();
                fail(guess, "agent@acme.example", 1);
            }
            return true;
        });
    }

    @Test
    void those_made_before_they_carried_their_id_are_no_guesses_either() {
        for (int i = 0; i < 50; i++) {
            fail(TokenSecret.of("a-chosen-one-" + i), "name" + i, 1);
        }
        assertTrue(isLookedAt(TokenSecret.generate(), ""));
    }
}
