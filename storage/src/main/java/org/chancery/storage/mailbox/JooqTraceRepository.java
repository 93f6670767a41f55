package org.chancery.storage.mailbox;

import static org.chancery.storage.jooq.Tables.MAIL_TRACE;

import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.TraceRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.column.Json;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.MailTraceRecord;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** Traces in a table, one row a mail. */
public final class JooqTraceRepository implements TraceRepository {
    private static final TypeReference<List<KeptStep>> STEPS = new TypeReference<>() {};
    private static final RowInsert<MailTraceRecord> TRACES = RowInsert.into(MAIL_TRACE, Keys.PK_MAIL_TRACE);
    private static final int MAX_TEXT = 1000;

    /** A step as JSON. */
    record KeptStep(
            String at,
            String processor,
            String matcher,
            String mailet,
            String verdict,
            String reason,
            long micros,
            @Nullable String recipient) {

        static KeptStep of(Step step) {
            return new KeptStep(
                    step.at().toString(),
                    SafeText.shortened(step.processor(), MAX_TEXT),
                    SafeText.shortened(step.matcher(), MAX_TEXT),
                    SafeText.shortened(step.mailet(), MAX_TEXT),
                    SafeText.shortened(step.verdict(), MAX_TEXT),
                    SafeText.shortened(step.reason(), MAX_TEXT),
                    step.micros(),
                    step.recipient() == null ? null : step.recipient().toString());
        }

        Step step() {
            return new Step(
                    Instant.parse(at),
                    processor,
                    matcher,
                    mailet,
                    verdict,
                    reason,
                    micros,
                    recipient == null ? null : EmailAddress.of(recipient));
        }

        int length() {
            int texts = processor.length() + matcher.length() + mailet.length() + verdict.length() + reason.length();
            return texts + (recipient == null ? 0 : recipient.length()) + 170;
        }
    }

    @Override
    public boolean add(Tx tx, UUID mail, List<Step> steps) {
        return TRACES.insertIfAbsent(tx, new MailTraceRecord(mail, json(steps)));
    }

    @Override
    public void replace(Tx tx, UUID mail, List<Step> steps) {
        if (!add(tx, mail, steps)) {
            JooqTx.sql(tx)
                    .update(MAIL_TRACE)
                    .set(MAIL_TRACE.STEPS, json(steps))
                    .where(MAIL_TRACE.MAIL_ID.eq(mail))
                    .execute();
        }
    }

    @Override
    public void append(Tx tx, UUID mail, List<Step> steps) {
        if (add(tx, mail, steps)) {
            return;
        }
        List<Step> all = new ArrayList<>(JooqTx.sql(tx)
                .select(MAIL_TRACE.STEPS)
                .from(MAIL_TRACE)
                .where(MAIL_TRACE.MAIL_ID.eq(mail))
                .forUpdate()
                .fetchSingle(kept -> steps(kept.value1())));
        all.addAll(steps);
        JooqTx.sql(tx)
                .update(MAIL_TRACE)
                .set(MAIL_TRACE.STEPS, json(all))
                .where(MAIL_TRACE.MAIL_ID.eq(mail))
                .execute();
    }

    @Override
    public boolean exists(Tx tx, UUID mail) {
        return JooqTx.sql(tx).fetchExists(MAIL_TRACE, MAIL_TRACE.MAIL_ID.eq(mail));
    }

    @Override
    public Optional<List<Step>> find(Tx tx, UUID mail) {
        return JooqTx.sql(tx)
                .select(MAIL_TRACE.STEPS)
                .from(MAIL_TRACE)
                .where(MAIL_TRACE.MAIL_ID.eq(mail))
                .fetchOptional(MAIL_TRACE.STEPS)
                .map(JooqTraceRepository::steps);
    }

    private static List<Step> steps(JSONB kept) {
        return Json.read(kept, STEPS).stream().map(KeptStep::step).toList();
    }

    /** The first steps, as many as fit: a mail that loops through a broken pipeline could have any number. */
    private static JSONB json(List<Step> steps) {
        List<KeptStep> kept = new ArrayList<>();
        int length = 0;
        for (Step step : steps) {
            KeptStep next = KeptStep.of(step);
            length += next.length();
            if (length > Json.ROOM) {
                break;
            }
            kept.add(next);
        }
        return Json.write(kept);
    }
}
