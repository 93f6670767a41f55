package org.chancery.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FailedTriesTest {
    private static final Instant NOW = Instant.parse("2026-03-02T09:30:00Z");

    private final FailedTries tries = new FailedTries();

    private static InetAddress client(String address) throws UnknownHostException {
        return InetAddress.getByName(address);
    }

    private void fail(String address, int times) throws UnknownHostException {
        for (int i = 0; i < times; i++) {
            tries.failed(client(address), NOW);
        }
    }

    @Test
    void some_failures_are_free() throws UnknownHostException {
        fail("192.0.2.1", 19);

        assertEquals(Duration.ZERO, tries.wait(client("192.0.2.1"), NOW));
    }

    @Test
    void then_one_more_try_is_given_every_few_seconds() throws UnknownHostException {
        fail("192.0.2.1", 20);

        assertEquals(Duration.ofSeconds(3), tries.wait(client("192.0.2.1"), NOW));
        assertEquals(Duration.ZERO, tries.wait(client("192.0.2.1"), NOW.plusSeconds(3)));
    }

    @Test
    void others_do_not_wait() throws UnknownHostException {
        fail("192.0.2.1", 100);

        assertEquals(Duration.ZERO, tries.wait(client("192.0.2.2"), NOW));
    }

    @Test
    void an_ipv6_network_is_one_client() throws UnknownHostException {
        fail("2001:db8:0:1::1", 20);

        assertTrue(tries.wait(client("2001:db8:0:1:ffff::2"), NOW).isPositive());
        assertEquals(Duration.ZERO, tries.wait(client("2001:db8:0:2::1"), NOW));
    }

    @Test
    void memory_is_bounded() throws UnknownHostException {
        fail("192.0.2.1", 20);
        for (int i = 0; i < 10_000; i++) {
            fail("10." + (i >> 16) + "." + ((i >> 8) & 255) + "." + (i & 255), 1);
        }

        assertEquals(Duration.ZERO, tries.wait(client("192.0.2.1"), NOW));
    }
}
