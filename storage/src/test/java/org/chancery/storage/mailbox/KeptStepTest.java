package org.chancery.storage.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.storage.column.Json;
import org.chancery.storage.mailbox.JooqTraceRepository.KeptStep;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;

class KeptStepTest {

    @Test
    void a_step_that_was_kept_without_a_recipient_is_still_read() {
        JSONB kept = JSONB.valueOf("""
                {"at": "2026-03-02T09:30:00Z", "processor": "root", "matcher": "All", "mailet": "Classify",
                 "verdict": "human", "reason": "", "micros": 42}""");
        assertEquals(
                new Step(Instant.parse("2026-03-02T09:30:00Z"), "root", "All", "Classify", "human", "", 42),
                Json.read(kept, KeptStep.class).step());
    }
}
