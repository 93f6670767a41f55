package org.chancery.mailets.authentication.dns;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * Room for mails whose name servers are slow. Workers of the pipeline wait for DNS, and there are few of them: if all could wait
 * long at the same time, a stranger with a name server that never answers could keep everybody's mail waiting. So only half of
 * them may; a mail for which there is no room goes on without the answers. And whose servers have kept a mail for long in vain
 * are not waited for again soon, under whatever name below the same domain.
 */
public final class SlowLane {
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    /** Domains that are remembered; of more, the latest. */
    private static final int MAX_REMEMBERED = 1_000;

    private final Semaphore room;
    private final LongSupplier nanoTime;

    /** Domains with the time until which nobody waits for them. Guarded by itself. */
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
            String owner = OrganizationalDomain.of(name);
            tooSlow.remove(owner);
            tooSlow.put(owner, nanoTime.getAsLong() + REMEMBERED.toNanos());
        }
    }

    /** Whether a mail has waited in vain for the name's owner, not long ago. */
    boolean isTooSlow(String name) {
        synchronized (tooSlow) {
            if (tooSlow.isEmpty()) {
                return false;
            }
            Long until = tooSlow.get(OrganizationalDomain.of(name));
            return until != null && nanoTime.getAsLong() - until < 0;
        }
    }
}
