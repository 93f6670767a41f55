package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AuthBackoffTest {
    private static final Instant NOW = Instant.parse("2026-11-21T20:00:00Z");

    private final AuthBackoff backoff = new AuthBackoff();
    private final InetAddress client = address("192.0.2.1");

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            backoff.failed(client, NOW);
        }
    }

    @Test
    void a_few_failures_cost_nothing() {
        fail(4);
        assertTrue(backoff.mayTry(client, NOW));
    }

    @Test
    void each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        fail(5);
        assertFalse(backoff.mayTry(client, NOW));
        assertTrue(backoff.mayTry(client, NOW.plusSeconds(1)));
        fail(3);
        assertFalse(backoff.mayTry(client, NOW.plusSeconds(7)));
        assertTrue(backoff.mayTry(client, NOW.plusSeconds(8)));
        fail(1000);
        assertFalse(backoff.mayTry(client, NOW.plus(Duration.ofMinutes(15)).minusSeconds(1)));
        assertTrue(backoff.mayTry(client, NOW.plus(Duration.ofMinutes(15))));
    }

    @Test
    void success_and_time_forgive() {
        fail(50);
        backoff.succeeded(client);
        assertTrue(backoff.mayTry(client, NOW));
        fail(50);
        Instant later = NOW.plus(Duration.ofHours(1)).plusSeconds(1);
        backoff.failed(client, later);
        assertTrue(backoff.mayTry(client, later));
    }

    @Test
    void others_are_not_touched_but_a_client_is_its_whole_ipv6_network() {
        fail(50);
        assertTrue(backoff.mayTry(address("192.0.2.2"), NOW));
        for (int i = 1; i <= 50; i++) {
            backoff.failed(address("2001:db8:0:1::" + i), NOW);
        }
        assertFalse(backoff.mayTry(address("2001:db8:0:1::ffff"), NOW));
        assertTrue(backoff.mayTry(address("2001:db8:0:2::1"), NOW));
    }

    @Test
    void memory_is_bounded() {
        fail(50);
        for (int i = 0; i < 10_000; i++) {
            backoff.failed(address("10.1." + (i >> 8) + "." + (i & 255)), NOW);
        }
        assertTrue(backoff.mayTry(client, NOW), "the oldest is forgotten");
    }
}
