package org.chancery.core.id;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PublicIdTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @Test
    void an_id_reads_back_from_its_text() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            MessageId id = new MessageId(new UUID(random.nextLong(), random.nextLong()));
            assertEquals(Optional.of(id), MessageId.parse(id.text()));
            assertTrue(id.text().matches("msg_[0-9a-hjkmnp-tv-z]{26}"), id.text());
        }
    }

    @Test
    void the_extreme_values_read_back() {
        for (UUID value : new UUID[] {new UUID(0, 0), new UUID(-1, -1), new UUID(Long.MIN_VALUE, Long.MAX_VALUE)}) {
            assertEquals(Optional.of(new EventId(value)), EventId.parse(new EventId(value).text()));
        }
    }

    @Test
    void other_spellings_of_an_id_are_not_read() {
        String good = MessageId.at(NOW).text();
        assertEquals(Optional.empty(), MessageId.parse(good.toUpperCase(Locale.ROOT)));
        assertEquals(Optional.empty(), MessageId.parse(good + "0"));
        assertEquals(Optional.empty(), MessageId.parse(good.substring(0, good.length() - 1)));
        assertEquals(Optional.empty(), MessageId.parse(good.replace("msg_", "inb_")));
        assertEquals(Optional.empty(), MessageId.parse("msg_" + "z".repeat(26)));
        assertEquals(Optional.empty(), MessageId.parse("msg_0000000000000000000000000\u0660"));
        assertEquals(Optional.empty(), MessageId.parse(""));
    }

    @Test
    void ids_sort_by_the_time_they_were_made_at() {
        String earlier = MessageId.at(NOW).text();
        String later = MessageId.at(NOW.plusMillis(1)).text();
        assertTrue(earlier.compareTo(later) < 0);
    }
}
