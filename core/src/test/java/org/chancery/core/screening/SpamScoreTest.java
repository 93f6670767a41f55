package org.chancery.core.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpamScoreTest {

    @Test
    void it_is_the_sum_of_its_signals_the_heaviest_first() {
        SpamScore score = SpamScore.of(
                List.of(new Signal("light", 0.1, ""), new Signal("against", -2.0, ""), new Signal("heavy", 3.2, "")));

        assertEquals(1.3, score.score());
        assertEquals(
                List.of("heavy", "against", "light"),
                score.signals().stream().map(Signal::name).toList());
    }

    @Test
    void the_threshold_itself_is_reached() {
        SpamScore five = SpamScore.of(List.of(new Signal("five", 5.0, "")));

        assertTrue(five.reaches(5.0));
        assertFalse(five.reaches(5.01));
    }

    @Test
    void an_unknown_score_is_held_whatever_the_threshold() {
        assertTrue(SpamScore.unknown("the scorer is away").reaches(1_000));
    }
}
