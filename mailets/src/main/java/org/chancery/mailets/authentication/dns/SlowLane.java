package org.chancery.mailets.authentication.dns;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Room for mails whose name servers are slow. There are so many threads that judge senders: if all could wait long at the same time,
 * a stranger with a name server that never answers could keep everybody's mail waiting. So only half of them may; a mail for which
 * there is no room goes on without the answers.
 *
 * <p>Of the room, nobody gets more than a share: names of one organization a quarter, mail of one client's network an eighth. Whose
 * names are slow leaves room for others, and so does who writes in many names. A network gets less, so that it cannot use up by
 * itself the share of a domain that it borrows a dead name from.
 *
 * <p>A name about which a mail has waited long in vain is not waited for again soon. The name only, not what stands beside it: else
 * a dead name that somebody finds or gets under a stranger's domain would keep that domain's own records from being read.
 */
public final class SlowLane {
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    /** Names that are remembered; of more, the latest. */
    private static final int MAX_REMEMBERED = 1_000;

    private static final int SHARES_OF_DOMAINS = 4;
    private static final int SHARES_OF_NETWORKS = 8;

    private final int places;
    private final LongSupplier nanoTime;

    /** Guarded by this. */
    private int taken;

    /** How many places each has taken. Guarded by this. */
    private final Map<String, Integer> takenBy = new HashMap<>();

    /** Names in lower case with the time until which nobody waits for them. Guarded by itself. */
    private final Map<String, Long> tooSlow = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    /** @param judges so many mails are judged at the same time */
    public SlowLane(int judges) {
        this(judges, System::nanoTime);
    }

    SlowLane(int judges, LongSupplier nanoTime) {
        this.places = Math.max(1, judges / 2);
        this.nanoTime = nanoTime;
    }

    /**
     * Takes a place, which has to be left.
     *
     * @param network of the client that brought the mail
     * @param name that is waited for
     * @return false where there is no room, or one of both has had its share of it
     */
    synchronized boolean enter(String network, String name) {
        String domain = domain(name);
        if (taken >= places
                || takenBy.getOrDefault(network, 0) >= share(SHARES_OF_NETWORKS)
                || takenBy.getOrDefault(domain, 0) >= share(SHARES_OF_DOMAINS)) {
            return false;
        }
        taken++;
        takenBy.merge(network, 1, Integer::sum);
        takenBy.merge(domain, 1, Integer::sum);
        return true;
    }

    synchronized void leave(String network, String name) {
        taken--;
        giveBack(network);
        giveBack(domain(name));
    }

    private void giveBack(String party) {
        takenBy.computeIfPresent(party, (ignored, places) -> places == 1 ? null : places - 1);
    }

    private int share(int shares) {
        return Math.max(1, places / shares);
    }

    /** Marked, so that nobody's name is taken for a network. */
    private static String domain(String name) {
        return "@" + OrganizationalDomain.of(name.toLowerCase(Locale.ROOT));
    }

    synchronized int taken() {
        return taken;
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
