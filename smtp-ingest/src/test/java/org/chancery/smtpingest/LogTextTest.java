package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LogTextTest {

    @Test
    void what_would_move_the_cursor_or_begin_a_line_is_replaced() {
        assertEquals("a??b?c?d?e", LogText.of("a\r\nb\u001bc\u2028d\u202ee"));
        assertEquals("?", LogText.of("\ud800"));
    }

    @Test
    void letters_of_all_scripts_stay() {
        assertEquals("jörg@例え.テスト \ud83d\ude00", LogText.of("jörg@例え.テスト \ud83d\ude00"));
    }

    @Test
    void a_long_text_is_cut() {
        assertEquals(300, LogText.of("x".repeat(10_000)).length());
    }
}
