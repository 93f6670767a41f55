package org.chancery.mailets.trace;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CustodyTest {
    private final Custody custody = new Custody();

    @AfterEach
    void clearTheInterrupt() {
        Thread.interrupted();
    }

    @Test
    void a_settled_mail_cannot_be_taken() {
        assertTrue(custody.settle());
        assertFalse(custody.takeFrom(Thread.currentThread()));
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void a_taken_mail_cannot_be_settled_and_its_thread_is_stopped_before_it_does_anything() {
        assertTrue(custody.takeFrom(Thread.currentThread()));
        assertTrue(Thread.currentThread().isInterrupted());
        assertFalse(custody.settle());
        assertFalse(custody.takeFrom(Thread.currentThread()));
        assertThrows(TakenAway.class, custody::enterCore);
        assertThrows(TakenAway.class, custody::requireHeld);
    }

    @Test
    void a_thread_in_core_is_not_interrupted() {
        custody.enterCore();
        custody.enterCore();
        custody.leaveCore();
        assertTrue(custody.takeFrom(Thread.currentThread()));
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
