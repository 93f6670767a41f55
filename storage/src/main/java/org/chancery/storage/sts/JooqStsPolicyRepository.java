package org.chancery.storage.sts;

import static org.chancery.storage.jooq.Tables.STS_POLICY;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.chancery.core.sts.KeptPolicy;
import org.chancery.core.sts.StsPolicy;
import org.chancery.core.sts.StsPolicyRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.tables.records.StsPolicyRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;

/** Policies in their table, a row for each domain. */
public final class JooqStsPolicyRepository implements StsPolicyRepository {
    private static final RowInsert<StsPolicyRecord> POLICIES = RowInsert.into(STS_POLICY, STS_POLICY.getPrimaryKey());

    @Override
    public Optional<KeptPolicy> find(Tx tx, String domain) {
        return JooqTx.sql(tx)
                .selectFrom(STS_POLICY)
                .where(STS_POLICY.DOMAIN.eq(domain))
                .fetchOptional(JooqStsPolicyRepository::policy);
    }

    @Override
    public boolean keep(Tx tx, KeptPolicy policy) {
        StsPolicyRecord row = row(policy);
        return POLICIES.insertIfAbsent(tx, row)
                || JooqTx.sql(tx)
                                .update(STS_POLICY)
                                .set(row)
                                .set(
                                        STS_POLICY.USED_AT,
                                        when(STS_POLICY.USED_AT.gt(policy.usedAt()), STS_POLICY.USED_AT)
                                                .otherwise(val(policy.usedAt(), STS_POLICY.USED_AT)))
                                .where(STS_POLICY
                                        .DOMAIN
                                        .eq(policy.domain())
                                        .and(STS_POLICY.FETCHED_AT.le(policy.fetchedAt())))
                                .execute()
                        == 1;
    }

    @Override
    public void postpone(Tx tx, KeptPolicy policy, Instant refreshAt) {
        JooqTx.sql(tx)
                .update(STS_POLICY)
                .set(STS_POLICY.REFRESH_AT, refreshAt)
                .where(STS_POLICY.DOMAIN.eq(policy.domain()).and(STS_POLICY.FETCHED_AT.eq(policy.fetchedAt())))
                .execute();
    }

    @Override
    public void used(Tx tx, String domain, Instant at) {
        JooqTx.sql(tx)
                .update(STS_POLICY)
                .set(STS_POLICY.USED_AT, at)
                .where(STS_POLICY.DOMAIN.eq(domain))
                .execute();
    }

    @Override
    public List<KeptPolicy> due(Tx tx, Instant now, Instant usedSince, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(STS_POLICY)
                .where(STS_POLICY.REFRESH_AT.le(now).and(STS_POLICY.USED_AT.ge(usedSince)))
                .orderBy(IndexOrder.up(Indexes.IX_STS_POLICY_REFRESH))
                .limit(limit)
                .fetch(JooqStsPolicyRepository::policy);
    }

    @Override
    public int forget(Tx tx, Instant expiredBefore) {
        return JooqTx.sql(tx)
                .deleteFrom(STS_POLICY)
                .where(STS_POLICY.EXPIRES_AT.lt(expiredBefore))
                .execute();
    }

    private static StsPolicyRecord row(KeptPolicy kept) {
        StsPolicyRecord row = new StsPolicyRecord();
        row.setDomain(kept.domain());
        row.setPolicyId(kept.id());
        row.setMode(kept.policy().mode().text());
        row.setMx(String.join("\n", kept.policy().mx()));
        row.setMaxAgeSeconds(kept.policy().maxAge().toSeconds());
        row.setFetchedAt(kept.fetchedAt());
        row.setExpiresAt(kept.expiresAt());
        row.setRefreshAt(kept.refreshAt());
        row.setUsedAt(kept.usedAt());
        return row;
    }

    private static KeptPolicy policy(StsPolicyRecord row) {
        return new KeptPolicy(
                row.getDomain(),
                row.getPolicyId(),
                new StsPolicy(
                        StsPolicy.Mode.valueOf(row.getMode().toUpperCase(Locale.ROOT)),
                        row.getMx().lines().toList(),
                        Duration.ofSeconds(row.getMaxAgeSeconds())),
                row.getFetchedAt(),
                row.getRefreshAt(),
                row.getUsedAt());
    }
}
