package org.chancery.storage.screening;

import static org.chancery.storage.jooq.Tables.SPAM_SCORE;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Optional;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.screening.SpamScoreRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.column.Json;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.SpamScoreRecord;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;

/** Scores in a table, their signals as JSON. */
public final class JooqSpamScoreRepository implements SpamScoreRepository {
    private static final RowInsert<SpamScoreRecord> SCORES = RowInsert.into(SPAM_SCORE, Keys.PK_SPAM_SCORE);
    private static final TypeReference<List<Kept>> SIGNALS = new TypeReference<>() {};

    /** A signal as it is written. */
    private record Kept(String name, double score, String detail) {
        static Kept of(Signal signal) {
            return new Kept(signal.name(), signal.score(), signal.detail());
        }

        Signal signal() {
            return new Signal(name, score, detail);
        }
    }

    @Override
    public void keep(Tx tx, SpoolId mail, EndpointId endpoint, SpamScore score) {
        SpamScoreRecord row = new SpamScoreRecord();
        row.setSpoolId(mail.value());
        row.setEndpointId(endpoint.value());
        row.setScore(score.isKnown() ? score.score() : null);
        row.setSignals(Json.write(
                score.signals().stream().limit(MAX_SIGNALS).map(Kept::of).toList()));
        if (!SCORES.insertIfAbsent(tx, row)) {
            JooqTx.sql(tx)
                    .update(SPAM_SCORE)
                    .set(SPAM_SCORE.SCORE, row.getScore())
                    .set(SPAM_SCORE.SIGNALS, row.getSignals())
                    .where(SPAM_SCORE.SPOOL_ID.eq(mail.value()))
                    .and(SPAM_SCORE.ENDPOINT_ID.eq(endpoint.value()))
                    .execute();
        }
    }

    @Override
    public Optional<SpamScore> find(Tx tx, SpoolId mail, EndpointId endpoint) {
        return JooqTx.sql(tx)
                .selectFrom(SPAM_SCORE)
                .where(SPAM_SCORE.SPOOL_ID.eq(mail.value()))
                .and(SPAM_SCORE.ENDPOINT_ID.eq(endpoint.value()))
                .fetchOptional(JooqSpamScoreRepository::score);
    }

    private static SpamScore score(SpamScoreRecord row) {
        List<Signal> signals =
                Json.read(row.getSignals(), SIGNALS).stream().map(Kept::signal).toList();
        Double score = row.getScore();
        return score == null ? new SpamScore(0, signals, false) : new SpamScore(score, signals, true);
    }
}
