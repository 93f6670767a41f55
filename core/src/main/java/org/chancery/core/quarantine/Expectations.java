package org.chancery.core.quarantine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.chancery.core.id.QuarantineId;

/** Those who wait until a mail is released; several may wait for the same one, and each leaves when it likes. */
final class Expectations {
    private final Set<Expected> waiting = ConcurrentHashMap.newKeySet();

    /** Closed in every case. */
    Expected expect(QuarantineId id) {
        Expected expected = new Expected(id);
        waiting.add(expected);
        return expected;
    }

    /** That mail is released. */
    void met(QuarantineId id) {
        waiting.stream().filter(expected -> expected.id.equals(id)).forEach(expected -> expected.done.countDown());
    }

    /** One who waits. */
    final class Expected implements AutoCloseable {
        private final QuarantineId id;
        private final CountDownLatch done = new CountDownLatch(1);

        private Expected(QuarantineId id) {
            this.id = id;
        }

        /** Waits until this server has released it, that long at most; says whether it has. */
        boolean await(Duration atMost) throws InterruptedException {
            return done.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            waiting.remove(this);
        }
    }
}
