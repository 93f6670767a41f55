package org.chancery.delivery.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QueueLimitsTest {
    @Test
    void a_relay_gets_no_more_connections_than_it_bears_whatever_the_recipients_domains() {
        assertEquals(QueueLimits.of(20, 5), QueueLimits.of(50, 5).throughRelay(20));
        assertEquals(QueueLimits.of(10, 5), QueueLimits.of(10, 5).throughRelay(20));
    }

    @Test
    void there_is_room_for_one_attempt_at_least() {
        assertThrows(IllegalArgumentException.class, () -> QueueLimits.of(0, 1));
        assertThrows(IllegalArgumentException.class, () -> QueueLimits.of(1, 0));
    }

    @Test
    void the_pause_grows_up_to_its_longest() {
        Duration second = Duration.ofSeconds(1);
        QueueLimits limits = new QueueLimits(1, 1, second, second.multipliedBy(3));
        assertEquals(Duration.ofSeconds(2), limits.after(second));
        assertEquals(Duration.ofSeconds(3), limits.after(second.multipliedBy(2)));
    }
}
