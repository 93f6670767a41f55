package org.chancery.mailets.authentication.dns;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Type;

/**
 * Whether the name servers are there at all. A question can stay unanswered because the asked domain's own servers are silent,
 * and then only mail of that domain waits; where ours are away, no mail should. Asked for the root's name servers, which every
 * resolver knows, one that is there says something at once.
 */
final class Liveness {
    private static final Logger LOG = LoggerFactory.getLogger(Liveness.class);
    /** Long enough for a packet that is lost and sent again. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);

    private static final Duration ASKED_AGAIN_AFTER = Duration.ofSeconds(1);

    private final Resolver resolver;

    private volatile boolean away;

    /** Guarded by this. */
    private @Nullable CompletableFuture<Boolean> probe;

    /** Guarded by this: when the probe began. */
    private long since;

    Liveness(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Whether they were away when they were last asked, which is not long ago; never waits. */
    boolean isAway() {
        if (away) {
            probe();
        }
        return away;
    }

    /** Asks whether they are there, if that was not asked just now. */
    synchronized CompletableFuture<Boolean> probe() {
        CompletableFuture<Boolean> last = probe;
        if (last != null && (!last.isDone() || System.nanoTime() - since < ASKED_AGAIN_AFTER.toNanos())) {
            return last;
        }
        since = System.nanoTime();
        CompletableFuture<Boolean> fresh = resolver.sendAsync(
                        Message.newQuery(Record.newRecord(Name.root, Type.NS, DClass.IN)))
                .toCompletableFuture()
                .orTimeout(ANSWERS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .handle((answer, failure) -> failure == null);
        fresh.thenAccept(this::note);
        probe = fresh;
        return fresh;
    }

    private void note(boolean answers) {
        boolean was = away;
        away = !answers;
        if (was != away) {
            LOG.warn(
                    away
                            ? "the name servers (dns.servers) are away: senders cannot be authenticated"
                            : "the name servers (dns.servers) are back");
        }
    }
}
