package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SubmissionMemoryTest {
    private static final long MIB = 1024 * 1024;
    private static final long GIB = 1024 * MIB;

    @Test
    void two_mails_of_the_largest_size_fit_and_a_third_does_not() {
        SubmissionMemory memory = SubmissionMemory.of(4 * GIB, 100 * MIB);
        assertTrue(memory.take(100 * MIB));
        assertTrue(memory.take(100 * MIB));
        assertFalse(memory.take(1));
        memory.giveBack(100 * MIB);
        assertTrue(memory.take(100 * MIB));
    }

    @Test
    void many_small_ones_fit() {
        SubmissionMemory memory = SubmissionMemory.of(GIB, MIB);
        for (int i = 0; i < 32; i++) {
            assertTrue(memory.take(MIB));
        }
        assertFalse(memory.take(MIB));
    }

    @Test
    void a_small_heap_takes_fewer_at_once() {
        SubmissionMemory memory = SubmissionMemory.of(512 * MIB, 40 * MIB);
        assertTrue(memory.take(40 * MIB));
        assertFalse(memory.take(40 * MIB));
    }

    @Test
    void a_largest_mail_that_could_never_fit_stops_the_start() {
        var e = assertThrows(IllegalArgumentException.class, () -> SubmissionMemory.of(GIB, GIB));
        String text = String.valueOf(e.getMessage());
        assertTrue(
                text.startsWith("smtp: max-message must be at most 134217728 with a heap of 1073741824 octets"), text);
        assertTrue(text.contains("-Xmx"), text);
    }

    @Test
    void without_submission_nothing_is_taken_and_no_heap_is_too_small() {
        assertFalse(SubmissionMemory.none().take(1));
    }
}
