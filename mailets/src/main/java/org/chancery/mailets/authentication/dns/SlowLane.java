package org.chancery.mailets.authentication.dns;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * Room for mails whose name servers are slow. Workers of the pipeline wait for DNS, and there are few of them: if all could wait
 * long at the same time, a stranger with a name server that never answers could keep everybody's mail waiting. So only half of
 * them may; a mail for which there is no room goes on without the answers. And a name about which a mail has waited long in vain
 * is not waited for again soon. The name only, not what stands beside it: else a dead name that somebody finds or gets under a
 * stranger's domain would keep that domain's own records from being read.
 */
public final class SlowLane {
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    /** Names that are remembered; of more, the latest. */
    private static final int MAX_REMEMBERED = 1_000;

    private final Semaphore room;
    private final LongSupplier nanoTime;

    /** Names in lower case with the time until which nobody waits for them. Guarded by itself. */
    private final Map<String, Long> tooSlow = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    /** @param workers so many mails are processed at the same time */
    public SlowLane(int workers) {
        this(workers, System::nanoTime);
    }

    SlowLane(int workers, LongSupplier nanoTime) {
        this.room = new Semaphore(Math.max(1, workers / 2));
        this.nanoTime = nanoTime;
    }

    boolean enter() {
        return room.tryAcquire();
    }

    void leave() {
        room.release();
    }

    /** A mail has waited in vain for an answer about the name. */
    void remember(String name) {
        synchronized (tooSlow) {
            String key = name.toLowerCase(Locale.ROOT);
            tooSlow.remove(key);
            tooSlow.put(key, nanoTime.getAsLong() + REMEMBERED.toNanos());
        }
    }

    /** Whether a mail has waited in vain for an answer about the name, not long ago. */
    boolean isTooSlow(String name) {
        synchronized (tooSlow) {
            Long until = tooSlow.get(name.toLowerCase(Locale.ROOT));
            return until != null && nanoTime.getAsLong() - until < 0;
        }
    }
}
