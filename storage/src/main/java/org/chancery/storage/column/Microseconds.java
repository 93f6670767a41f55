package org.chancery.storage.column;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jooq.impl.AbstractConverter;
import org.jspecify.annotations.Nullable;

/**
 * Instants in time stamp columns, always in UTC and cut to the microsecond, the finest that both databases keep. Left to
 * themselves they round, each in its own way, and what was written is not found by what was written.
 */
public final class Microseconds extends AbstractConverter<OffsetDateTime, Instant> {
    private static final long serialVersionUID = 1L;

    public Microseconds() {
        super(OffsetDateTime.class, Instant.class);
    }

    @Override
    public @Nullable Instant from(@Nullable OffsetDateTime kept) {
        return kept == null ? null : kept.toInstant();
    }

    @Override
    public @Nullable OffsetDateTime to(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }
}
