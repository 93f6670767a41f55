package org.chancery.core.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "Zwölf", "tab\t", "line\nline"})
    void a_name_is_letters_digits_and_underscores(String name) {
        assertThrows(IllegalArgumentException.class, () -> new Signal(name, 1, ""));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void a_weight_is_a_number(double score) {
        assertThrows(IllegalArgumentException.class, () -> new Signal("link_to_address", score, ""));
    }

    @Test
    void a_detail_is_one_bounded_line_that_turns_nothing_round() {
        assertEquals(
                "a b fdp.exe",
                new Signal("x", 1, "a\r\nb \u202efdp.exe").detail().replace("  ", " "));
        assertEquals(
                Signal.MAX_DETAIL,
                new Signal("x", 1, "a".repeat(10_000)).detail().length());
    }

    @Test
    void one_dangerous_attachment_is_enough_and_no_suspicion_is() {
        Signal one = new Signal("script", 1, "");
        assertTrue(new ContentFindings(List.of(one), List.of()).isDangerous());
        assertFalse(new ContentFindings(List.of(), List.of(one), List.of(one)).isDangerous());
    }

    @Test
    void phishing_is_decided_by_the_sum_of_its_signs() {
        Signal half = new Signal("half", ContentFindings.PHISHING / 2, "");
        Signal less = new Signal("less", ContentFindings.PHISHING / 2 - 0.01, "");
        assertTrue(new ContentFindings(List.of(), List.of(half, half)).isPhishing());
        assertFalse(new ContentFindings(List.of(), List.of(half, less)).isPhishing());
        assertFalse(new ContentFindings(List.of(half), List.of(half), List.of(half)).isPhishing());
    }

    @Test
    void what_is_dangerous_by_itself_is_not_weighed_as_spam() {
        Signal danger = new Signal("script", 10, "");
        Signal sign = new Signal("sign", 1, "");
        Signal odd = new Signal("odd", 1, "");
        ContentFindings findings = new ContentFindings(List.of(danger), List.of(sign), List.of(odd));
        assertEquals(List.of(sign, odd), findings.weighing());
        assertEquals(List.of(danger, sign, odd), findings.all());
    }
}
