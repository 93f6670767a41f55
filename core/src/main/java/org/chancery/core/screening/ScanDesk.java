package org.chancery.core.screening;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.chancery.core.fault.Later;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;

/**
 * Has a server beside ours look at mails beside the pipeline ({@link AnswerDesk}), and tells one that is away from one that fails on a
 * single mail. Used by all workers.
 *
 * <p>Who fails on a mail is asked about a harmless one. Fails it on that, too, it is away: that is nobody's fault, and does not count.
 * Else the mail is to blame. A mail that takes the server down leaves nobody to ask: at its next try the harmless mail comes first, and
 * whoever copes with that and fails on this mail was well. What is in here is lost with the process: the mail is then shown once more.
 */
public final class ScanDesk<V> {

    /**
     * A mail is held for a person after so many tries: as many as the pipeline gives any step. Somebody who has a mail that makes a
     * scanner fail must not gain by it that it is tried for ever, and what fails for want of memory has seconds to recover.
     */
    public static final int TRIES = 3;

    private static final int MAX_DOUBTED = 1_000;

    private final Peer peer;
    private final Lanes lanes;
    private final AnswerDesk<V> first;

    /** With room of its own, so that mails that make a server fail take none of others. */
    private final AnswerDesk<V> again;

    /** Mails on which the server failed and was away after. The oldest are forgotten. Guarded by itself. */
    private final Map<SpoolId, Boolean> doubted = new LinkedHashMap<>();

    /** The server, as far as it is not asked about a mail of ours. */
    @FunctionalInterface
    public interface Peer {
        /**
         * Shows it a harmless mail.
         *
         * @throws Unavailable where it does not cope with that, and so with none
         */
        void prove();
    }

    /**
     * Who does the asking.
     *
     * @param first runs the first try of each mail, so many at once
     * @param atOnce while more are asked about, nobody waits
     * @param again runs the further tries one after the other, so that mails that make a server fail take no more than one place
     */
    public record Lanes(AnswerThreads first, int atOnce, AnswerThreads again) {
        /** Everything in the caller's thread, for tests. */
        public static final Lanes DIRECT = new Lanes(Runnable::run, 1, Runnable::run);
    }

    public ScanDesk(Peer peer, Lanes lanes, Clock clock) {
        this.peer = peer;
        this.lanes = lanes;
        this.first = new AnswerDesk<>(lanes.atOnce(), AnswerDesk.Limits.DEFAULT, clock);
        this.again = new AnswerDesk<>(0, AnswerDesk.Limits.DEFAULT, clock);
    }

    /** Whether a mail on which the server fails at this try is held rather than tried again. */
    public static boolean isLast(int attempt) {
        return attempt >= TRIES;
    }

    /**
     * The server's answer about a mail.
     *
     * @param question asks it; called in another thread, where it throws {@link Unavailable} or {@link FailedOnMail}
     * @throws Later while it is being asked
     * @throws Unavailable where it is away
     * @throws FailedOnMail where it fails on this mail and copes with another
     */
    public V ask(ScannedMail mail, Supplier<V> question) {
        Supplier<V> look = () -> look(mail.id(), question);
        return isAgain(mail) ? again.ask(mail, lanes.again(), look) : first.ask(mail, lanes.first(), look);
    }

    private boolean isAgain(ScannedMail mail) {
        if (first.isAsked(mail.id()) || again.isAsked(mail.id())) {
            return again.isAsked(mail.id());
        }
        return mail.attempt() > 1 || isDoubted(mail.id());
    }

    private V look(SpoolId mail, Supplier<V> question) {
        boolean wasDoubted = isDoubted(mail);
        if (wasDoubted) {
            peer.prove();
        }
        try {
            V answer = question.get();
            believe(mail);
            return answer;
        } catch (FailedOnMail failed) {
            if (!wasDoubted) {
                blame(mail, failed);
            }
            throw failed;
        }
    }

    /** @throws Unavailable where the server does not cope with a harmless mail either */
    private void blame(SpoolId mail, FailedOnMail failed) {
        try {
            peer.prove();
        } catch (Unavailable away) {
            doubt(mail);
            away.addSuppressed(failed);
            throw away;
        }
    }

    private boolean isDoubted(SpoolId mail) {
        synchronized (doubted) {
            return doubted.containsKey(mail);
        }
    }

    private void doubt(SpoolId mail) {
        synchronized (doubted) {
            if (doubted.size() >= MAX_DOUBTED) {
                doubted.remove(doubted.keySet().iterator().next());
            }
            doubted.put(mail, true);
        }
    }

    private void believe(SpoolId mail) {
        synchronized (doubted) {
            doubted.remove(mail);
        }
    }
}
