package org.chancery.mailets.screening;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.chancery.core.attachment.AttachmentFindings;
import org.chancery.core.screening.AnswerDesk;
import org.chancery.core.spool.SpooledMail;
import org.chancery.mailets.authentication.dns.ClientNetwork;

/**
 * Looks into big mails beside the pipeline, few at a time. Those of different clients take turns, so that one who sends many holds up
 * himself, a client with a big mail for one of the others' at most, and nobody with a small one. Used by all workers.
 */
public final class BigMails {
    /** So many at once; each may take some 60 MiB for a moment. */
    public static final int AT_ONCE = 2;

    /**
     * From this size on a mail is big. What a smaller one unpacks to is little: more than a hundredfold is not unpacked beyond 32 MiB,
     * which takes two seconds where it is text.
     */
    static final long BIG = 256 << 10;

    private final AnswerDesk<AttachmentFindings> desk;
    private final Executor threads;

    /** What waits, by client; who is next comes first. Guarded by itself. */
    private final LinkedHashMap<String, Deque<Runnable>> waiting = new LinkedHashMap<>();

    /** @param threads {@link #AT_ONCE} of them */
    public BigMails(Executor threads, Clock clock) {
        this.desk = new AnswerDesk<>(AT_ONCE, clock);
        this.threads = threads;
    }

    /**
     * What is found in a mail.
     *
     * @param look finds it; for a big mail in another thread
     * @throws org.chancery.core.fault.Later while the mail waits for its turn, or is looked into
     */
    AttachmentFindings inspect(SpooledMail mail, Supplier<AttachmentFindings> look) {
        if (mail.size() < BIG) {
            return look.get();
        }
        String network = ClientNetwork.of(mail.arrival().client());
        return desk.ask(mail.id(), task -> add(network, task), look);
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
