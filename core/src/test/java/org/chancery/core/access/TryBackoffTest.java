package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import org.chancery.core.access.TryBackoff.Limits;
import org.junit.jupiter.api.Test;

class TryBackoffTest {
    private static final Instant NOW = Instant.parse("2026-11-21T20:00:00Z");

    private final TryBackoff<String> backoff = new TryBackoff<>(new Limits(5, 20, Duration.ofSeconds(1)));
    private final ClientNetwork client = network("192.0.2.1");

    private static ClientNetwork network(String text) {
        try {
            return ClientNetwork.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private boolean mayTry(ClientNetwork from, String what, Instant now) {
        return backoff.wait(from, what, now).isZero();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            backoff.failed(client, "agent", NOW);
        }
    }

    private void failWithOthers(int from, int to) {
        for (int i = from; i < to; i++) {
            backoff.failed(client, "user" + i, NOW);
        }
    }

    @Test
    void a_few_failures_cost_nothing() {
        fail(4);
        assertTrue(mayTry(client, "agent", NOW));
    }

    @Test
    void each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        fail(5);
        assertEquals(Duration.ofSeconds(1), backoff.wait(client, "agent", NOW));
        assertTrue(mayTry(client, "agent", NOW.plusSeconds(1)));
        fail(3);
        assertEquals(Duration.ofSeconds(8), backoff.wait(client, "agent", NOW));
        fail(1000);
        assertEquals(Duration.ofMinutes(15), backoff.wait(client, "agent", NOW));
        assertTrue(mayTry(client, "agent", NOW.plus(Duration.ofMinutes(15))));
    }

    @Test
    void success_and_time_forgive() {
        fail(50);
        backoff.succeeded(client, "agent");
        assertTrue(mayTry(client, "agent", NOW));
        fail(50);
        Instant later = NOW.plus(Duration.ofHours(1)).plusSeconds(1);
        backoff.failed(client, "agent", later);
        assertTrue(mayTry(client, "agent", later));
    }

    @Test
    void one_wrong_program_does_not_lock_out_its_neighbours() {
        fail(100_000);
        assertTrue(mayTry(client, "neighbour", NOW));
        assertTrue(mayTry(network("192.0.2.2"), "agent", NOW));
    }

    @Test
    void a_few_guesses_for_each_of_many_wait_as_a_whole() {
        failWithOthers(0, 19);
        assertTrue(mayTry(client, "other", NOW));
        failWithOthers(19, 20);
        assertFalse(mayTry(client, "other", NOW));
        assertTrue(mayTry(client, "other", NOW.plusSeconds(1)));
        failWithOthers(20, 100);
        assertFalse(mayTry(client, "other", NOW.plus(Duration.ofMinutes(15)).minusSeconds(1)));
        assertTrue(backoff.waitForThing(client, "other", NOW).isZero());
        assertTrue(mayTry(network("192.0.2.2"), "other", NOW));
    }

    @Test
    void whoever_gets_in_after_all_is_no_longer_held_against_its_network() {
        for (int i = 0; i < 100; i++) {
            backoff.failed(client, "user" + i, NOW);
            backoff.succeeded(client, "user" + i);
        }
        assertTrue(mayTry(client, "agent", NOW));
        // One success makes good for its own failure, not for those of others.
        failWithOthers(0, 20);
        backoff.succeeded(client, "valid");
        assertFalse(mayTry(client, "agent", NOW));
    }

    @Test
    void a_try_that_came_to_nothing_is_as_if_it_had_not_been_made() {
        fail(5);
        backoff.giveBack(client, "agent");
        assertTrue(mayTry(client, "agent", NOW));
        failWithOthers(0, 19);
        assertFalse(mayTry(client, "other", NOW));
        backoff.giveBack(client, "user7");
        assertTrue(mayTry(client, "other", NOW));
    }

    @Test
    void a_client_is_its_whole_ipv6_network() {
        for (int i = 1; i <= 50; i++) {
            backoff.failed(network("2001:db8:0:1::" + i), "agent", NOW);
        }
        assertFalse(mayTry(network("2001:db8:0:1::ffff"), "agent", NOW));
        assertTrue(mayTry(network("2001:db8:1:1::1"), "agent", NOW));
    }

    @Test
    void a_site_may_fail_in_some_networks_but_not_in_each_of_its_65536() {
        int failures = 0;
        while (mayTry(network("2001:db8:7:" + Integer.toHexString(failures) + "::1"), "agent", NOW)) {
            backoff.failed(network("2001:db8:7:" + Integer.toHexString(failures) + "::1"), "agent", NOW);
            failures++;
        }
        assertEquals(4 * 5, failures);
        assertFalse(mayTry(network("2001:db8:7:ffff::1"), "agent", NOW));
        assertTrue(mayTry(network("2001:db8:7:ffff::1"), "another", NOW));
        assertTrue(backoff.waitForThing(network("2001:db8:7:ffff::1"), "agent", NOW)
                .isZero());
        assertTrue(mayTry(network("2001:db8:8::1"), "agent", NOW));
    }

    @Test
    void many_things_from_a_site_wait_as_a_whole_too() {
        for (int i = 0; i < 4 * 20; i++) {
            backoff.failed(network("2001:db8:7:" + i + "::1"), "user" + i, NOW);
        }
        assertFalse(mayTry(network("2001:db8:7:ffff::1"), "other", NOW));
        backoff.giveBack(network("2001:db8:7:5::1"), "user5");
        assertTrue(mayTry(network("2001:db8:7:ffff::1"), "other", NOW));
    }

    @Test
    void memory_is_bounded() {
        fail(50);
        for (int i = 0; i < 10_000; i++) {
            backoff.failed(network("10.1." + (i >> 8) + "." + (i & 255)), "agent", NOW);
        }
        assertTrue(mayTry(client, "agent", NOW), "the oldest is forgotten");
    }
}
