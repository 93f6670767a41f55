package org.chancery.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HttpConfigTest {
    private static final long MIB = 1 << 20;

    @Test
    void defaults() {
        HttpConfig config = HttpConfig.of("127.0.0.1", 8080, 25 * MIB, 512 * MIB);

        assertEquals("127.0.0.1", config.bind());
        assertEquals(8080, config.port());
        assertEquals(25 * MIB * 4 / 3 + MIB, config.maxBody());
        assertEquals(1, config.largeBodiesAtOnce());
        assertEquals(2_000, config.maxConnections());
        assertEquals(Duration.ofSeconds(60), config.idleTimeout());
        assertEquals(TrustedProxies.LOOPBACK, config.trustedProxies());
    }

    @Test
    void big_requests_take_a_quarter_of_the_heap_at_most() {
        HttpConfig config = HttpConfig.of("127.0.0.1", 0, 25 * MIB, 4096 * MIB);

        assertTrue(config.largeBodiesAtOnce() * config.maxBody() * 4 <= 1024 * MIB);
        assertEquals(7, config.largeBodiesAtOnce());
    }

    @Test
    void mistakes_name_the_key() {
        assertTrue(message("", 8080).contains("http.bind"));
        assertTrue(message("127.0.0.1", 65_536).contains("http.port"));
        assertTrue(message("127.0.0.1", -1).contains("http.port"));
    }

    private static String message(String bind, int port) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> HttpConfig.of(bind, port, MIB, MIB))
                .getMessage());
    }
}
