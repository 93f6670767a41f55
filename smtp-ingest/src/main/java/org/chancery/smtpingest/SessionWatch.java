package org.chancery.smtpingest;

import java.time.Duration;
import java.util.List;
import org.chancery.smtpingest.wire.Reply;

/**
 * Looks after the time of all sessions: sends away whoever is waited for too long, and, once the server stops, whoever has
 * no mail under way. One thread for all of them; a client that drips or does not read costs no more than its place.
 */
final class SessionWatch {
    private static final Duration SHORTEST_ROUND = Duration.ofMillis(10);
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(1);

    private final List<Listener> listeners;
    private final Duration round;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean ended;

    SessionWatch(List<Listener> listeners, Duration shortestLimit) {
        this.listeners = listeners;
        Duration eighth = shortestLimit.dividedBy(8);
        Duration atMost = eighth.compareTo(LONGEST_ROUND) < 0 ? eighth : LONGEST_ROUND;
        this.round = atMost.compareTo(SHORTEST_ROUND) > 0 ? atMost : SHORTEST_ROUND;
        this.thread = Thread.ofPlatform().daemon().name("smtp-watch").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** From now on sessions are ended as soon as they rest. */
    void drain() {
        stopping = true;
        thread.interrupt();
    }

    void stop() {
        ended = true;
        thread.interrupt();
    }

    private void run() {
        while (!ended) {
            listeners.forEach(listener -> listener.sessions().forEach(this::look));
            try {
                Thread.sleep(stopping ? SHORTEST_ROUND : round);
            } catch (InterruptedException lookAgain) {
                // drain() and stop() want the next round now.
            }
        }
    }

    private void look(SmtpSession session) {
        if (session.wire().isOverdue(System.nanoTime())) {
            sendAway(session, ReplyCodes.TOO_SLOW);
        } else if (stopping && session.wire().isAtRest()) {
            sendAway(session, ReplyCodes.STOPPING);
        }
    }

    // The last word may have to wait for a client that reads nothing: not in this thread.
    private static void sendAway(SmtpSession session, Reply reply) {
        Thread.startVirtualThread(() -> session.wire().sendAway(reply));
    }
}
