package org.chancery.core.quarantine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.quarantine.Expectations.Expected;
import org.junit.jupiter.api.Test;

class ExpectationsTest {
    private final Expectations expectations = new Expectations();

    @Test
    void who_leaves_takes_nobody_else_along() throws InterruptedException {
        QuarantineId id = QuarantineId.at(Instant.EPOCH);
        try (Expected winner = expectations.expect(id);
                Expected other = expectations.expect(QuarantineId.at(Instant.EPOCH))) {
            expectations.expect(id).close();
            expectations.met(id);
            assertTrue(winner.await(Duration.ZERO));
            assertFalse(other.await(Duration.ZERO), "of another mail");
        }
    }
}
