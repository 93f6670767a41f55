package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.chancery.core.access.SignInGuard.Turn;
import org.chancery.core.id.UserId;
import org.junit.jupiter.api.Test;

class SignInGuardTest {
    private static final String ANN = "ann@home.example";

    /** Whose address is an account, in one workspace each. */
    private final Map<String, List<UserId>> accounts = new HashMap<>(Map.of(ANN, List.of(user(0))));

    private final SignInGuard guard = new SignInGuard();
    private Instant now = Instant.parse("2026-11-30T20:00:00Z");

    private static ClientNetwork network(int number) {
        return new ClientNetwork(false, number);
    }

    private static UserId user(long number) {
        return new UserId(new UUID(0, number));
    }

    private Turn take(ClientNetwork from, String address, List<UserId> at) {
        return guard.take(from, address, at, now);
    }

    private List<UserId> accountsOf(String address) {
        return accounts.getOrDefault(address, List.of());
    }

    private Duration guess(ClientNetwork from, String address) {
        return guess(from, address, accountsOf(address));
    }

    private Duration guess(ClientNetwork from, String address, List<UserId> at) {
        return take(from, address, at) instanceof Turn.Wait wait ? wait.pause() : Duration.ZERO;
    }

    private void signIn(ClientNetwork from, String address) {
        UserId account = accounts.computeIfAbsent(address, some -> List.of(user(1000 + some.hashCode())))
                .getFirst();
        signIn(from, address, List.of(account), account);
    }

    private void signIn(ClientNetwork from, String address, List<UserId> at, UserId account) {
        guard.succeeded(assertInstanceOf(Turn.Taken.class, take(from, address, at)), account);
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
            guard.giveBack(assertInstanceOf(Turn.Taken.class, take(network(1), ANN, accountsOf(ANN))));
        }
    }

    @Test
    void an_address_of_nobody_waits_just_as_one_of_somebody_does() {
        assertEquals(10, exhaust(network(1), "nobody@home.example"));
        assertEquals(Duration.ofSeconds(30), guess(network(1), "nobody@home.example"));
        int guesses = 0;
        for (int i = 0; i < 1000; i++) {
            guesses += guess(network(2 + i), "nobody@home.example").isZero() ? 1 : 0;
        }
        assertEquals(100 - 10, guesses);
    }

    @Test
    void an_account_of_the_same_address_gains_nothing_towards_another() {
        UserId own = user(1);
        UserId meant = user(2);
        int guesses = 0;
        for (int i = 0; i < 1000; i++) {
            guesses += taken(List.of(meant)).includes(meant) ? 1 : 0;
            signIn(network(1), ANN, List.of(own), own);
        }
        assertEquals(10, guesses);
        now = now.plus(Duration.ofSeconds(30));
        assertTrue(taken(List.of(meant)).includes(meant), "the person themself waits no longer than that");
    }

    /** A try that nobody is told to wait with. */
    private Turn.Taken taken(List<UserId> at) {
        return assertInstanceOf(Turn.Taken.class, take(network(1), ANN, at));
    }

    @Test
    void who_signs_in_to_one_of_several_accounts_has_guessed_at_the_others() {
        UserId own = user(1);
        UserId meant = user(2);
        int guesses = 0;
        for (int i = 0; i < 1000; i++) {
            Turn.Taken taken = taken(List.of(own, meant));
            guesses += taken.includes(meant) ? 1 : 0;
            guard.succeeded(taken, own);
        }
        assertEquals(10, guesses);
    }

    @Test
    void an_account_that_waits_is_told_from_none_by_nothing() {
        UserId own = user(1);
        for (List<UserId> meant : List.of(List.of(user(2)), List.<UserId>of())) {
            for (int i = 0; i < 200; i++) {
                assertEquals(Duration.ZERO, guess(network(1), ANN, meant));
                signIn(network(1), ANN, List.of(own), own);
            }
        }
        // In whichever way the accounts are named: what was tried at one of them counts for the address.
        exhaust(network(2), ANN);
        assertEquals(Duration.ofSeconds(30), guess(network(2), ANN, List.of(user(3))));
        assertEquals(Duration.ofSeconds(30), guess(network(2), ANN, List.of()));
    }

    @Test
    void how_many_accounts_an_address_has_does_not_show() {
        List<UserId> both = List.of(user(1), user(2));
        assertEquals(10, guesses(both));
        assertEquals(Duration.ofSeconds(30), guess(network(1), ANN, both));
        int addresses = 1;
        while (guess(network(1), "person" + addresses + "@home.example").isZero()) {
            addresses++;
        }
        assertEquals(30, addresses, "two accounts of one address are one to the network");
    }

    @Test
    void what_fits_in_several_workspaces_takes_nothing_and_gives_nothing_to_those_it_does_not_fit() {
        UserId meant = user(3);
        List<UserId> all = List.of(user(1), user(2), meant);
        for (int i = 0; i < 10; i++) {
            guard.giveBack(taken(all), List.of(user(1), user(2)));
        }
        Turn.Taken taken = taken(all);
        assertTrue(taken.includes(user(1)) && taken.includes(user(2)));
        assertFalse(taken.includes(meant));
    }

    private int guesses(List<UserId> at) {
        int guesses = 0;
        while (guess(network(1), ANN, at).isZero()) {
            guesses++;
        }
        return guesses;
    }

    @Test
    void made_up_addresses_have_no_account_forgotten() {
        for (int i = 0; i < 100; i++) {
            assertEquals(Duration.ZERO, guess(network(1000 + i), ANN));
        }
        for (int i = 0; i < 20_000; i++) {
            String madeUp = "made-up" + i + "@home.example";
            guess(network(100_000 + i / 20), madeUp);
            guess(network(200_000 + i / 20), madeUp);
        }
        assertEquals(Duration.ofSeconds(30), guess(network(1), ANN));
    }

    @Test
    void a_site_with_65536_networks_is_one_place_that_tries_many_accounts() {
        int addresses = 0;
        while (guess(site(addresses), "person" + addresses + "@home.example").isZero()) {
            addresses++;
        }
        assertEquals(4 * 30, addresses);
    }

    private static ClientNetwork site(int network) {
        return new ClientNetwork(true, 0x20010db800070000L + network);
    }
}
