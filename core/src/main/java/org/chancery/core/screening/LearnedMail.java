package org.chancery.core.screening;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.screening.LessonRepository.Counts;
import org.chancery.core.screening.LessonRepository.Learned;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from people's decisions, for each workspace by itself. The newest lessons count, so many of either kind: what was kept for
 * older ones is taken out exactly as it was put in, and so are lessons that people take back. That bounds what is kept, and how long a
 * wrong lesson works.
 */
public final class LearnedMail implements SpamLearning {
    /**
     * Which lessons count.
     *
     * @param lessons how many of either kind
     * @param age how old they may be when a new one comes; nobody is left without any for having taught nothing since
     */
    public record Window(int lessons, Duration age) {
        /** What more would add is little, and spam of long ago is not that of today. */
        public static final Window DEFAULT = new Window(1_000, Duration.ofDays(400));
    }

    /** Old lessons taken out with each new one: more than come in. */
    private static final int REMOVED_AT_ONCE = 5;

    private static final Logger LOG = LoggerFactory.getLogger(LearnedMail.class);

    private final Transactions transactions;
    private final LessonRepository lessons;
    private final Window window;
    private final Clock clock;

    public LearnedMail(Transactions transactions, LessonRepository lessons, Window window, Clock clock) {
        this.transactions = transactions;
        this.lessons = lessons;
        this.window = window;
        this.clock = clock;
    }

    @Override
    public void learn(WorkspaceId workspace, SpoolId mail, Lesson lesson, RawMail raw) {
        try {
            List<Long> tokens = List.copyOf(read(raw).hashed(workspace).keySet());
            transactions.run(tx -> learn(tx, workspace, new Learned(mail, lesson, tokens, clock.instant())));
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} teaches nothing: it could not be learned", mail, e);
        }
    }

    @Override
    public void forget(WorkspaceId workspace, SpoolId mail) {
        try {
            transactions.run(tx -> {
                lessons.lock(tx, workspace);
                lessons.find(tx, workspace, mail).ifPresent(learned -> lessons.remove(tx, workspace, learned));
            });
        } catch (RuntimeException e) {
            LOG.warn("{} still teaches what it did: it could not be forgotten", mail, e);
        }
    }

    private static MailTokens read(RawMail raw) throws IOException {
        MessageHeader header;
        try (InputStream in = raw.open()) {
            header = MessageReader.header(in);
        }
        try (InputStream in = raw.open()) {
            MessageContent content = MessageReader.content(in);
            return MailTokens.of(header, content);
        }
    }

    private void learn(Tx tx, WorkspaceId workspace, Learned fresh) {
        Counts before = lessons.lock(tx, workspace);
        Optional<Learned> known = lessons.find(tx, workspace, fresh.mail());
        if (known.filter(same -> same.lesson() == fresh.lesson()).isPresent()) {
            return;
        }
        known.ifPresent(other -> lessons.remove(tx, workspace, other));
        lessons.add(tx, workspace, fresh);
        removeOld(tx, workspace, fresh, fresh.lesson() == Lesson.HAM ? before.ham() : before.spam());
    }

    private void removeOld(Tx tx, WorkspaceId workspace, Learned fresh, int before) {
        int tooMany = Math.max(0, before + 1 - window.lessons());
        Instant tooOld = fresh.at().minus(window.age());
        int looked = 0;
        for (Learned old : lessons.oldest(tx, workspace, fresh.lesson(), REMOVED_AT_ONCE)) {
            boolean isTooMany = looked++ < tooMany;
            if ((isTooMany || old.at().isBefore(tooOld)) && !old.mail().equals(fresh.mail())) {
                lessons.remove(tx, workspace, old);
            }
        }
    }
}
