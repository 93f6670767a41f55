package org.chancery.mailets.screening;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.attachment.AttachmentFindings;
import org.chancery.core.mail.ClientNetwork;
import org.chancery.core.screening.AnswerDesk;
import org.chancery.core.screening.AnswerThreads;
import org.chancery.core.screening.ScannedMail;

/**
 * Looks into mails that make much work beside the pipeline, few at a time. Those of different clients take turns, so that one who sends
 * many holds up himself, another client with one of them for a mail of his at most, and nobody with a light one. Used by all workers.
 */
public final class HeavyMails {
    /** So many at once; each may take some 60 MiB for a moment. */
    public static final int AT_ONCE = 2;

    /** So many octets a worker looks at itself, which takes some tenths of a second; where there are more, it did so for nothing. */
    static final long LIGHT = 2 << 20;

    private final AnswerDesk<AttachmentFindings> desk;
    private final AnswerThreads threads;

    /** What waits, by client; who is next comes first. Guarded by itself. */
    private final LinkedHashMap<String, Deque<Runnable>> waiting = new LinkedHashMap<>();

    /** @param threads {@link #AT_ONCE} of them */
    public HeavyMails(AnswerThreads threads, AnswerDesk.Limits limits, Clock clock) {
        this.desk = new AnswerDesk<>(AT_ONCE, limits, clock);
        this.threads = threads;
    }

    /** {@code AttachmentInspector::inspect} on one mail. */
    @FunctionalInterface
    interface Look {
        /** What is found; empty where that makes more work, in octets. */
        Optional<AttachmentFindings> within(long most);
    }

    /**
     * What is found in a mail.
     *
     * @throws org.chancery.core.fault.Later while a heavy mail waits for its turn, or is looked into
     */
    AttachmentFindings inspect(ScannedMail mail, Look look) {
        // Attachments are encoded: with a third more octets, and line ends.
        boolean mayBeLight = mail.size() < 2 * LIGHT && !desk.isAsked(mail.id());
        Optional<AttachmentFindings> light = mayBeLight ? look.within(LIGHT) : Optional.empty();
        return light.orElseGet(() -> heavy(mail, look));
    }

    private AttachmentFindings heavy(ScannedMail mail, Look look) {
        String network = ClientNetwork.of(mail.arrival().client());
        return desk.ask(
                mail, new Turns(network), () -> look.within(Long.MAX_VALUE).orElseThrow());
    }

    /** The threads, as one network has them. */
    private final class Turns implements AnswerThreads {
        private final String network;

        Turns(String network) {
            this.network = network;
        }

        @Override
        public void execute(Runnable task) {
            add(network, task);
        }

        @Override
        public void hangs() {
            threads.hangs();
        }

        @Override
        public void cameBack() {
            threads.cameBack();
        }
    }

    private void add(String network, Runnable task) {
        synchronized (waiting) {
            waiting.computeIfAbsent(network, ignored -> new ArrayDeque<>()).add(task);
        }
        threads.execute(() -> next().run());
    }

    private Runnable next() {
        synchronized (waiting) {
            Map.Entry<String, Deque<Runnable>> first = waiting.pollFirstEntry();
            Runnable task = first.getValue().remove();
            if (!first.getValue().isEmpty()) {
                waiting.putLast(first.getKey(), first.getValue());
            }
            return task;
        }
    }
}
