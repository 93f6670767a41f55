package org.chancery.api.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BodyReaderTest {
    private static final int LIMIT = 100_000;

    private final AtomicLong nanoTime = new AtomicLong();
    private final BodyReader reader = new BodyReader(nanoTime::get);

    /** Octets that come in pieces, each that long after the one before. */
    private InputStream dealt(int octets, int piece, Duration pause) {
        return new InputStream() {
            private int left = octets;

            @Override
            public int read() {
                throw new UnsupportedOperationException("octets are read in pieces");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                nanoTime.addAndGet(pause.toNanos());
                int count = Math.min(left, Math.min(piece, length));
                left -= count;
                return count == 0 ? -1 : count;
            }
        };
    }

    @Test
    void a_body_is_read_to_its_end_whether_its_length_is_announced_or_not() throws IOException {
        byte[] body = "{\"name\": \"a\"}".getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(body, reader.read(new ByteArrayInputStream(body), body.length, LIMIT));
        assertArrayEquals(body, reader.read(new ByteArrayInputStream(body), -1, LIMIT));
    }

    @Test
    void a_body_is_as_long_as_its_limit_at_most() throws IOException {
        assertEquals(LIMIT, reader.read(new ByteArrayInputStream(new byte[LIMIT]), -1, LIMIT).length);
        HttpFault fault = assertThrows(
                HttpFault.class, () -> reader.read(new ByteArrayInputStream(new byte[LIMIT + 1]), -1, LIMIT));
        assertEquals(413, fault.status());
    }

    @Test
    void a_short_body_may_take_a_moment() throws IOException {
        assertEquals(13, reader.read(dealt(13, 7, Duration.ofSeconds(4)), 13, LIMIT).length);
    }

    @Test
    void a_long_body_may_take_long_while_it_keeps_its_pace() throws IOException {
        assertEquals(90_000, reader.read(dealt(90_000, 600, Duration.ofSeconds(1)), 90_000, LIMIT).length);
    }

    @Test
    void whoever_deals_out_a_body_octet_by_octet_is_not_waited_for() {
        HttpFault fault =
                assertThrows(HttpFault.class, () -> reader.read(dealt(9_999, 1, Duration.ofSeconds(1)), 9_999, LIMIT));
        assertEquals(408, fault.status());
        assertEquals("close", fault.headers().get("Connection"));
        assertTrue(nanoTime.get() < Duration.ofSeconds(15).toNanos());
    }

    @Test
    void a_short_body_that_nobody_wants_is_taken_to_its_end() throws IOException, InterruptedException {
        ByteArrayInputStream in = new ByteArrayInputStream(new byte[BodyReader.MAX_DISCARDED]);
        assertTrue(reader.discard(in, BodyReader.MAX_DISCARDED));
        assertEquals(-1, in.read());
    }

    @Test
    void of_a_long_body_that_nobody_wants_nothing_is_read() throws IOException, InterruptedException {
        ByteArrayInputStream in = new ByteArrayInputStream(new byte[BodyReader.MAX_DISCARDED + 1]);
        assertFalse(reader.discard(in, BodyReader.MAX_DISCARDED + 1));
        assertEquals(BodyReader.MAX_DISCARDED + 1, in.available());
    }

    @Test
    void what_nobody_wants_and_does_not_come_is_not_waited_for() throws IOException, InterruptedException {
        InputStream stalled = new InputStream() {
            @Override
            public int available() {
                return 0;
            }

            @Override
            public int read() {
                throw new AssertionError("a read would wait");
            }
        };
        assertFalse(reader.discard(stalled, 100));
    }
}
