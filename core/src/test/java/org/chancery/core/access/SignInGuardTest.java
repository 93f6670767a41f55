package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignInGuardTest {
    private static final String ANN = "ann@home.example";

    private final SignInGuard guard = new SignInGuard();
    private Instant now = Instant.parse("2026-11-30T20:00:00Z");

    private static ClientNetwork network(int number) {
        return new ClientNetwork(false, number);
    }

    private Duration guess(ClientNetwork from, String account) {
        return guard.take(from, account, now);
    }

    private void signIn(ClientNetwork from, String account) {
        assertEquals(Duration.ZERO, guess(from, account));
        guard.succeeded(from, account);
    }

    /** Guesses from there until it has to wait; how often it could. */
    private int exhaust(ClientNetwork from, String account) {
        int guesses = 0;
        while (guess(from, account).isZero()) {
            guesses++;
        }
        return guesses;
    }

    @Test
    void ten_mistakes_are_free_and_then_each_doubles_the_wait() {
        assertEquals(10, exhaust(network(1), ANN));
        assertEquals(Duration.ofSeconds(30), guess(network(1), ANN));
        now = now.plus(Duration.ofSeconds(30));
        assertEquals(Duration.ZERO, guess(network(1), ANN));
        assertEquals(Duration.ofSeconds(60), guess(network(1), ANN));
    }

    @Test
    void a_day_of_guessing_from_one_network_gets_not_much_further() {
        int guesses = 0;
        Instant end = now.plus(Duration.ofDays(1));
        while (now.isBefore(end)) {
            guesses += exhaust(network(1), ANN);
            now = now.plus(Duration.ofSeconds(30));
        }
        assertTrue(guesses < 120, "guesses: " + guesses);
    }

    @Test
    void a_thousand_networks_together_get_no_more_than_a_few_thousand_guesses_a_day() {
        int guesses = 0;
        Instant end = now.plus(Duration.ofDays(1));
        while (now.isBefore(end)) {
            for (int i = 0; i < 1000; i++) {
                guesses += guess(network(i), ANN).isZero() ? 1 : 0;
            }
            now = now.plus(Duration.ofMinutes(1));
        }
        assertTrue(guesses <= 100 + 2 * 24 * 60 + 1, "guesses: " + guesses);
    }

    @Test
    void whoever_guesses_from_elsewhere_keeps_nobody_out_of_where_they_are_at_home() {
        signIn(network(1), ANN);
        for (int i = 0; i < 1000; i++) {
            exhaust(network(1000 + i), ANN);
        }
        signIn(network(1), ANN);
    }

    @Test
    void whoever_guesses_from_elsewhere_keeps_nobody_out_elsewhere_for_long_either() {
        for (int i = 0; i < 1000; i++) {
            exhaust(network(1000 + i), ANN);
        }
        Duration wait = guess(network(1), ANN);
        assertTrue(wait.compareTo(Duration.ofSeconds(30)) <= 0, "wait: " + wait);
        now = now.plus(wait);
        signIn(network(1), ANN);
    }

    @Test
    void whoever_tries_many_accounts_waits_and_those_at_home_there_do_not() {
        signIn(network(1), ANN);
        int accounts = 0;
        while (guess(network(1), "person" + accounts + "@home.example").isZero()) {
            accounts++;
        }
        assertEquals(30, accounts);
        signIn(network(1), ANN);
        signIn(network(2), "person7@home.example");
    }

    @Test
    void being_at_home_there_allows_no_more_guesses() {
        signIn(network(1), ANN);
        assertEquals(10, exhaust(network(1), ANN));
    }

    @Test
    void a_try_that_came_to_nothing_takes_nothing() {
        for (int i = 0; i < 500; i++) {
            assertEquals(Duration.ZERO, guess(network(1), ANN));
            guard.giveBack(network(1), ANN);
        }
    }
}
