package org.chancery.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

    @ParameterizedTest
    @CsvSource({"PT30S, 30", "PT29.9S, 30", "PT29.000000001S, 30", "PT0.001S, 1", "PT0S, 1", "PT15M, 900"})
    void a_wait_is_told_in_whole_seconds_that_are_enough(Duration wait, String seconds) {
        assertEquals(seconds, RetryAfter.seconds(wait));
    }
}
