package org.chancery.delivery.smtp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.chancery.delivery.smtp.DeliveryConfig.Reuse;
import org.chancery.delivery.smtp.SmtpConnection.Protection;

/**
 * Sessions that brought a mail and wait a moment for the next one to the same host, so that it needs no connection and handshake
 * of its own. A session is kept only between transactions, belongs to one attempt or to nobody, and is only ever used by attempts
 * that demand the same of it.
 *
 * <p>Nothing depends on one: an attempt whose session turns out to be over begins a new one. Safe for use by many threads.
 */
final class IdleSessions implements AutoCloseable {

    /** What sessions are alike in. They are those of one courier, and so have shown the same credentials. */
    private record Key(Route.Hop hop, Protection protection) {
        static Key of(SmtpClientSession session) {
            return new Key(session.connection().hop(), session.connection().protection());
        }
    }

    private final Reuse reuse;
    private final ScheduledThreadPoolExecutor timer;
    private final Map<Key, Deque<SmtpClientSession>> idle = new HashMap<>();
    private int count;
    private boolean closed;

    IdleSessions(Reuse reuse) {
        this.reuse = reuse;
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("delivery-idle-sessions").factory());
    }

    /**
     * Of those that are protected well enough, the session that waited the shortest, which is the likeliest to be there still.
     *
     * @param enough what may protect it, the best first
     */
    synchronized Optional<SmtpClientSession> take(Route.Hop hop, List<Protection> enough) {
        return enough.stream()
                .flatMap(protection -> take(new Key(hop, protection)).stream())
                .findFirst();
    }

    private Optional<SmtpClientSession> take(Key key) {
        Deque<SmtpClientSession> waiting = idle.get(key);
        if (waiting == null) {
            return Optional.empty();
        }
        SmtpClientSession session = waiting.removeLast();
        count--;
        if (waiting.isEmpty()) {
            idle.remove(key);
        }
        return Optional.of(session);
    }

    /**
     * Keeps a session that has ended a transaction in order; or ends it, where it has brought enough, a new one may be better, or there
     * are enough.
     */
    void keep(SmtpClientSession session) {
        Key key = Key.of(session);
        if (!session.mayBringAnother(reuse) || !put(key, session)) {
            session.leave();
        }
    }

    private synchronized boolean put(Key key, SmtpClientSession session) {
        if (closed || count >= reuse.most()) {
            return false;
        }
        idle.computeIfAbsent(key, ignored -> new ArrayDeque<>()).addLast(session);
        count++;
        timer.schedule(() -> expire(key, session), reuse.idle().toNanos(), TimeUnit.NANOSECONDS);
        return true;
    }

    /** Where the session was taken and has come back meanwhile, this ends it early; it has been used all the more. */
    private void expire(Key key, SmtpClientSession session) {
        if (remove(key, session)) {
            // Saying goodbye may wait for the host, and the others should not wait for that.
            Thread.ofVirtual().name("delivery-goodbye").start(session::leave);
        }
    }

    private synchronized boolean remove(Key key, SmtpClientSession session) {
        Deque<SmtpClientSession> waiting = idle.get(key);
        if (waiting == null || !waiting.remove(session)) {
            return false;
        }
        count--;
        if (waiting.isEmpty()) {
            idle.remove(key);
        }
        return true;
    }

    /** Ends all of them; those that come back later end at once. */
    @Override
    public void close() {
        List<SmtpClientSession> all = all();
        timer.shutdownNow();
        all.forEach(SmtpClientSession::leave);
    }

    private synchronized List<SmtpClientSession> all() {
        closed = true;
        List<SmtpClientSession> all = new ArrayList<>();
        idle.values().forEach(all::addAll);
        idle.clear();
        count = 0;
        return all;
    }
}
