package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.chancery.core.mail.EmailAddress;
import org.junit.jupiter.api.Test;

class AuthBackoffTest {
    private static final Instant NOW = Instant.parse("2026-11-21T20:00:00Z");

    private final AuthBackoff backoff = new AuthBackoff();
    private final InetAddress client = address("192.0.2.1");
    private final Optional<EmailAddress> user = user("agent");

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Optional<EmailAddress> user(String localPart) {
        return Optional.of(EmailAddress.of(localPart + "@ours.test"));
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            backoff.failed(client, user, NOW);
        }
    }

    private void failWithUsers(int from, int to) {
        for (int i = from; i < to; i++) {
            backoff.failed(client, user("user" + i), NOW);
        }
    }

    @Test
    void a_few_failures_cost_nothing() {
        fail(4);
        assertTrue(backoff.mayTry(client, user, NOW));
    }

    @Test
    void each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        fail(5);
        assertFalse(backoff.mayTry(client, user, NOW));
        assertTrue(backoff.mayTry(client, user, NOW.plusSeconds(1)));
        fail(3);
        assertFalse(backoff.mayTry(client, user, NOW.plusSeconds(7)));
        assertTrue(backoff.mayTry(client, user, NOW.plusSeconds(8)));
        fail(1000);
        assertFalse(
                backoff.mayTry(client, user, NOW.plus(Duration.ofMinutes(15)).minusSeconds(1)));
        assertTrue(backoff.mayTry(client, user, NOW.plus(Duration.ofMinutes(15))));
    }

    @Test
    void success_and_time_forgive() {
        fail(50);
        backoff.succeeded(client, user.orElseThrow());
        assertTrue(backoff.mayTry(client, user, NOW));
        fail(50);
        Instant later = NOW.plus(Duration.ofHours(1)).plusSeconds(1);
        backoff.failed(client, user, later);
        assertTrue(backoff.mayTry(client, user, later));
    }

    @Test
    void one_wrong_program_does_not_lock_out_its_neighbours() {
        fail(100_000);
        assertTrue(backoff.mayTry(client, user("neighbour"), NOW));
        assertTrue(backoff.mayTry(address("192.0.2.2"), user, NOW));
    }

    @Test
    void a_few_guesses_for_each_of_many_users_wait_as_a_whole() {
        failWithUsers(0, 19);
        assertTrue(backoff.mayTry(client, user("other"), NOW));
        failWithUsers(19, 20);
        assertFalse(backoff.mayTry(client, user("other"), NOW));
        assertTrue(backoff.mayTry(client, user("other"), NOW.plusSeconds(1)));
        failWithUsers(20, 100);
        assertFalse(backoff.mayTry(
                client, user("other"), NOW.plus(Duration.ofMinutes(15)).minusSeconds(1)));
        assertTrue(backoff.mayTry(address("192.0.2.2"), user("other"), NOW));
    }

    @Test
    void names_that_are_no_addresses_count_as_one() {
        for (int i = 0; i < 5; i++) {
            backoff.failed(client, Optional.empty(), NOW);
        }
        assertFalse(backoff.mayTry(client, Optional.empty(), NOW));
        assertTrue(backoff.mayTry(client, user, NOW));
    }

    @Test
    void whoever_gets_in_after_all_is_no_longer_held_against_its_network() {
        for (int i = 0; i < 100; i++) {
            backoff.failed(client, user("user" + i), NOW);
            backoff.succeeded(client, EmailAddress.of("user" + i + "@ours.test"));
        }
        assertTrue(backoff.mayTry(client, user, NOW));
        // One success makes good for its own failure, not for those of others.
        failWithUsers(0, 20);
        backoff.succeeded(client, EmailAddress.of("valid@ours.test"));
        assertFalse(backoff.mayTry(client, user, NOW));
    }

    @Test
    void a_client_is_its_whole_ipv6_network() {
        for (int i = 1; i <= 50; i++) {
            backoff.failed(address("2001:db8:0:1::" + i), user, NOW);
        }
        assertFalse(backoff.mayTry(address("2001:db8:0:1::ffff"), user, NOW));
        assertTrue(backoff.mayTry(address("2001:db8:0:2::1"), user, NOW));
    }

    @Test
    void memory_is_bounded() {
        fail(50);
        for (int i = 0; i < 10_000; i++) {
            backoff.failed(address("10.1." + (i >> 8) + "." + (i & 255)), user, NOW);
        }
        assertTrue(backoff.mayTry(client, user, NOW), "the oldest is forgotten");
    }
}
