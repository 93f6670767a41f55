package org.chancery.storage.screening;

import static org.chancery.storage.jooq.Tables.SPAM_CORPUS;
import static org.chancery.storage.jooq.Tables.SPAM_LESSON;
import static org.chancery.storage.jooq.Tables.SPAM_TOKEN;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.screening.LessonRepository;
import org.chancery.core.screening.SpamLearning.Lesson;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.SpamCorpusRecord;
import org.chancery.storage.jooq.tables.records.SpamLessonRecord;
import org.chancery.storage.jooq.tables.records.SpamTokenRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;
import org.jooq.TableField;

/** Lessons and counts in three tables; who learns locks the workspace's row of totals first. */
public final class JooqLessonRepository implements LessonRepository {
    private static final RowInsert<SpamCorpusRecord> CORPORA = RowInsert.into(SPAM_CORPUS, SPAM_CORPUS.getPrimaryKey());
    private static final RowInsert<SpamTokenRecord> TOKENS = RowInsert.into(SPAM_TOKEN, Keys.PK_SPAM_TOKEN);
    private static final RowInsert<SpamLessonRecord> LESSONS = RowInsert.into(SPAM_LESSON, Keys.PK_SPAM_LESSON);

    @Override
    public Counts mails(Tx tx, WorkspaceId workspace) {
        return JooqTx.sql(tx)
                .selectFrom(SPAM_CORPUS)
                .where(SPAM_CORPUS.WORKSPACE_ID.eq(workspace.value()))
                .fetchOptional(row -> new Counts(row.getHam(), row.getSpam()))
                .orElse(Counts.NONE);
    }

    @Override
    public Map<Long, Counts> tokens(Tx tx, WorkspaceId workspace, Collection<Long> tokens) {
        return JooqTx.sql(tx)
                .selectFrom(SPAM_TOKEN)
                .where(are(workspace, tokens))
                .fetchMap(SpamTokenRecord::getToken, row -> new Counts(row.getHam(), row.getSpam()));
    }

    @Override
    public Counts lock(Tx tx, WorkspaceId workspace) {
        Optional<Counts> known = locked(tx, workspace);
        if (known.isPresent()) {
            return known.get();
        }
        CORPORA.insertIfAbsent(tx, new SpamCorpusRecord(workspace.value(), 0, 0));
        return locked(tx, workspace).orElseThrow();
    }

    private static Optional<Counts> locked(Tx tx, WorkspaceId workspace) {
        return JooqTx.sql(tx)
                .selectFrom(SPAM_CORPUS)
                .where(SPAM_CORPUS.WORKSPACE_ID.eq(workspace.value()))
                .forUpdate()
                .fetchOptional(row -> new Counts(row.getHam(), row.getSpam()));
    }

    @Override
    public Optional<Learned> find(Tx tx, WorkspaceId workspace, SpoolId mail) {
        return JooqTx.sql(tx)
                .selectFrom(SPAM_LESSON)
                .where(is(workspace, mail))
                .fetchOptional(JooqLessonRepository::learned);
    }

    @Override
    public List<Learned> oldest(Tx tx, WorkspaceId workspace, Lesson lesson, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(SPAM_LESSON)
                .where(SPAM_LESSON.WORKSPACE_ID.eq(workspace.value()))
                .and(SPAM_LESSON.IS_SPAM.eq(lesson == Lesson.SPAM))
                .orderBy(IndexOrder.up(Indexes.IX_SPAM_LESSON_AGE))
                .limit(limit)
                .fetch(JooqLessonRepository::learned);
    }

    @Override
    public void add(Tx tx, WorkspaceId workspace, Learned learned) {
        boolean isSpam = learned.lesson() == Lesson.SPAM;
        LESSONS.insert(
                tx,
                new SpamLessonRecord(
                        workspace.value(), learned.mail().value(), isSpam, text(learned.tokens()), learned.at()));
        Set<Long> known = new HashSet<>(JooqTx.sql(tx)
                .select(SPAM_TOKEN.TOKEN)
                .from(SPAM_TOKEN)
                .where(are(workspace, learned.tokens()))
                .fetch(SPAM_TOKEN.TOKEN));
        count(tx, workspace, known, isSpam, 1);
        TOKENS.insertAll(
                tx,
                learned.tokens().stream()
                        .filter(token -> !known.contains(token))
                        .map(token -> new SpamTokenRecord(token, workspace.value(), isSpam ? 0 : 1, isSpam ? 1 : 0))
                        .toList());
        countMail(tx, workspace, isSpam, 1);
    }

    @Override
    public void remove(Tx tx, WorkspaceId workspace, Learned learned) {
        boolean isSpam = learned.lesson() == Lesson.SPAM;
        int removed = JooqTx.sql(tx)
                .deleteFrom(SPAM_LESSON)
                .where(is(workspace, learned.mail()))
                .execute();
        if (removed == 0) {
            return;
        }
        count(tx, workspace, learned.tokens(), isSpam, -1);
        JooqTx.sql(tx)
                .deleteFrom(SPAM_TOKEN)
                .where(are(workspace, learned.tokens()))
                .and(SPAM_TOKEN.HAM.le(0))
                .and(SPAM_TOKEN.SPAM.le(0))
                .execute();
        countMail(tx, workspace, isSpam, -1);
    }

    private static void count(Tx tx, WorkspaceId workspace, Collection<Long> tokens, boolean isSpam, int by) {
        if (tokens.isEmpty()) {
            return;
        }
        TableField<SpamTokenRecord, Integer> kind = isSpam ? SPAM_TOKEN.SPAM : SPAM_TOKEN.HAM;
        JooqTx.sql(tx)
                .update(SPAM_TOKEN)
                .set(kind, kind.plus(by))
                .where(are(workspace, tokens))
                .execute();
    }

    private static void countMail(Tx tx, WorkspaceId workspace, boolean isSpam, int by) {
        TableField<SpamCorpusRecord, Integer> kind = isSpam ? SPAM_CORPUS.SPAM : SPAM_CORPUS.HAM;
        JooqTx.sql(tx)
                .update(SPAM_CORPUS)
                .set(kind, kind.plus(by))
                .where(SPAM_CORPUS.WORKSPACE_ID.eq(workspace.value()))
                .execute();
    }

    private static Condition is(WorkspaceId workspace, SpoolId mail) {
        return SPAM_LESSON.WORKSPACE_ID.eq(workspace.value()).and(SPAM_LESSON.MAIL_ID.eq(mail.value()));
    }

    private static Condition are(WorkspaceId workspace, Collection<Long> tokens) {
        return SPAM_TOKEN.TOKEN.in(tokens).and(SPAM_TOKEN.WORKSPACE_ID.eq(workspace.value()));
    }

    private static Learned learned(SpamLessonRecord row) {
        return new Learned(
                new SpoolId(row.getMailId()),
                row.getIsSpam() ? Lesson.SPAM : Lesson.HAM,
                tokens(row.getTokens()),
                row.getLearnedAt());
    }

    private static String text(List<Long> tokens) {
        ByteBuffer octets = ByteBuffer.allocate(tokens.size() * Long.BYTES);
        tokens.forEach(octets::putLong);
        return Base64.getEncoder().encodeToString(octets.array());
    }

    private static List<Long> tokens(String text) {
        ByteBuffer octets = ByteBuffer.wrap(Base64.getDecoder().decode(text));
        List<Long> tokens = new ArrayList<>(octets.remaining() / Long.BYTES);
        while (octets.remaining() >= Long.BYTES) {
            tokens.add(octets.getLong());
        }
        return tokens;
    }
}
