package org.chancery.bench.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final List<Option> KNOWN =
            List.of(new Option("sizes", "1,10", "KB"), new Option("rounds", "3", "turns"));

    @Test
    void what_is_not_said_has_its_default() {
        Options options = Options.parse(KNOWN, List.of("--rounds", "5"));
        assertEquals(List.of(1, 10), options.numbers("sizes"));
        assertEquals(5, options.number("rounds"));
    }

    @Test
    void an_unknown_option_is_refused_with_the_known_ones() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Options.parse(KNOWN, List.of("--round", "5")));
        assertEquals("there is no option --round, only --sizes, --rounds.", refused.getMessage());
    }

    @Test
    void an_option_without_a_value_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> Options.parse(KNOWN, List.of("--rounds")));
    }
}
