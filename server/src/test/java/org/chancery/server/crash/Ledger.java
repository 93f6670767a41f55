package org.chancery.server.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the client knows of each mail it sent. Used by all its sessions at once. */
final class Ledger {
    /** What became of a mail, as its sender sees it. */
    enum Outcome {
        NOT_SENT,
        /** Its content went out, and the connection ended before the reply: it may be there, whole, or not. */
        REPLY_LOST,
        /** The server said that it does not take it. */
        REFUSED,
        /** It got its 250: it is the server's now (RFC 5321 §6.1). */
        ACCEPTED
    }

    private final Outcome[] outcomes;
    private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    private final List<String> refusals = new ArrayList<>();

    Ledger(int mails) {
        this.outcomes = new Outcome[mails];
        Arrays.fill(outcomes, Outcome.NOT_SENT);
        counts.put(Outcome.NOT_SENT, mails);
    }

    synchronized void note(int number, Outcome outcome) {
        counts.merge(outcomes[number], -1, Integer::sum);
        counts.merge(outcome, 1, Integer::sum);
        outcomes[number] = outcome;
        notifyAll();
    }

    synchronized void refused(int number, String reply) {
        refusals.add(reply);
        note(number, Outcome.REFUSED);
    }

    synchronized Outcome outcome(int number) {
        return outcomes[number];
    }

    synchronized int count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }

    synchronized List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** Waits until so many mails were accepted. */
    synchronized void awaitAccepted(int mails, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (count(Outcome.ACCEPTED) < mails) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("after " + limit + " only " + count(Outcome.ACCEPTED) + " of " + mails
                        + " mails are accepted; refusals: " + refusals);
            }
            wait(Math.max(1, left / 1_000_000));
        }
    }
}
