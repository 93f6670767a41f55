package org.chancery.api.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Times as the API spells them: RFC 3339, answered in UTC. */
final class Moments {
    static final String EXAMPLE = "2026-05-15T10:00:00Z";

    private Moments() {}

    /** Reads a time; empty where it is none, or outside the four-digit years of RFC 3339 §5.6. */
    static Optional<Instant> parse(String text) {
        try {
            OffsetDateTime time = OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME);
            return Optional.of(time)
                    .filter(t -> t.getYear() >= 1 && t.getYear() <= 9999)
                    .map(OffsetDateTime::toInstant);
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }
}
