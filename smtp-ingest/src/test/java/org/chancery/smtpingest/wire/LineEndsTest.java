package org.chancery.smtpingest.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LineEndsTest {

    @Test
    void every_line_end_is_found_at_every_place() {
        for (int length = 0; length < 40; length++) {
            for (int at = 0; at < length; at++) {
                for (byte end : new byte[] {'\r', '\n'}) {
                    byte[] bytes = new byte[length];
                    bytes[at] = end;
                    for (int from = 0; from <= at; from++) {
                        assertEquals(at, LineEnds.next(bytes, from, length));
                    }
                    assertEquals(length, LineEnds.next(bytes, at + 1, length));
                    assertEquals(at, LineEnds.next(bytes, 0, at), "not beyond the limit");
                }
            }
        }
    }

    @Test
    void octets_that_look_alike_are_no_line_ends() {
        Random random = new Random(1);
        byte[] alike = {'\r' - 1, '\r' + 1, '\n' - 1, '\n' + 1, (byte) 0x8d, (byte) 0x8a, 0, (byte) 0xff, '\r', '\n'};
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(32)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = alike[random.nextInt(alike.length)];
            }
            int expected = 0;
            while (expected < bytes.length && bytes[expected] != '\r' && bytes[expected] != '\n') {
                expected++;
            }
            assertEquals(expected, LineEnds.next(bytes, 0, bytes.length));
        }
    }
}
