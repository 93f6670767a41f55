package org.chancery.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.chancery.core.fault.Unavailable;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private long now;
    private int asked;
    private boolean away;
    private final Remembered<Integer> remembered = new Remembered<>(this::ask, Duration.ofNanos(10), () -> now);

    private int ask() {
        if (away) {
            throw new Unavailable("the database is away", null);
        }
        return ++asked;
    }

    @Test
    void a_figure_is_asked_for_again_when_it_has_grown_old() {
        assertEquals(1, remembered.get());
        now = 9;
        assertEquals(1, remembered.get());
        now = 10;
        assertEquals(2, remembered.get());
        now = 19;
        assertEquals(2, remembered.get());
    }

    @Test
    void what_throws_is_not_remembered() {
        away = true;
        assertThrows(Unavailable.class, remembered::get);
        away = false;
        assertEquals(1, remembered.get());
    }
}
