package org.chancery.smtpingest;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.chancery.smtpingest.wire.Reply;
import org.chancery.smtpingest.wire.Waiting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the time of all sessions: sends away whoever is waited for too long, or has long brought no mail, and, once the
 * server stops, whoever has no mail under way. One thread for all of them; a client that drips or does not read costs no
 * more than its place.
 */
final class SessionWatch {
    private static final Logger LOG = LoggerFactory.getLogger(SessionWatch.class);
    private static final Duration SHORTEST_ROUND = Duration.ofMillis(10);
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(1);

    private final List<Listener> listeners;
    private final Duration idleWhenCrowded;
    private final Executor lastWords;
    private final Duration round;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean ended;

    /**
     * @param lastWords runs what may have to wait for a client that reads nothing
     */
    SessionWatch(List<Listener> listeners, SmtpConfig.TimeLimits limits, Executor lastWords) {
        this.listeners = listeners;
        this.idleWhenCrowded = limits.idleWhenCrowded();
        this.lastWords = lastWords;
        Duration eighth = limits.shortest().dividedBy(8);
        Duration atMost = eighth.compareTo(LONGEST_ROUND) < 0 ? eighth : LONGEST_ROUND;
        this.round = atMost.compareTo(SHORTEST_ROUND) > 0 ? atMost : SHORTEST_ROUND;
        this.thread = Thread.ofPlatform().daemon().name("smtp-watch").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    boolean isWatching() {
        return thread.isAlive();
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
            try {
                listeners.forEach(this::look);
            } catch (RuntimeException | Error e) {
                // Without this thread no client is ever sent away: whatever fails, the next round comes.
                LOG.error("a look after the sessions failed", e);
            }
            try {
                Thread.sleep(stopping ? SHORTEST_ROUND : round);
            } catch (InterruptedException lookAgain) {
                // drain() and stop() want the next round now.
            }
        }
    }

    private void look(Listener listener) {
        boolean crowded = listener.isCrowded();
        listener.sessions().forEach(session -> look(session, crowded));
    }

    private void look(SmtpSession session, boolean crowded) {
        Waiting waiting = session.wire().waiting();
        long now = System.nanoTime();
        if (waiting.isOverdue(now) || (crowded && waiting.isAtRestFor(idleWhenCrowded, now))) {
            sendAway(session, waiting, ReplyCodes.TOO_SLOW);
        } else if (waiting.isAtRest() && session.isBarren(now)) {
            sendAway(session, waiting, ReplyCodes.TOO_LONG_WITHOUT_MAIL);
        } else if (waiting.isAtRest() && stopping) {
            sendAway(session, waiting, ReplyCodes.STOPPING);
        }
    }

    private void sendAway(SmtpSession session, Waiting waiting, Reply reply) {
        try {
            lastWords.execute(() -> session.wire().sendAway(waiting, reply));
        } catch (RuntimeException | Error noThread) {
            session.wire().cutOff(waiting);
            LOG.warn("a session was cut off without a word", noThread);
        }
    }
}
