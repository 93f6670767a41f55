package org.chancery.delivery.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtensionsTest {

    @Test
    void the_first_line_is_a_greeting_and_no_keyword() {
        assertFalse(offered("PIPELINING at your service").offers("PIPELINING"));
    }

    @Test
    void keywords_are_compared_without_case() {
        assertTrue(offered("peer.test", "pipelining", "8bitMIME").offers("8BITMIME"));
    }

    @ParameterizedTest
    @CsvSource({"SIZE 1000, 1000", "SIZE 0, -1", "SIZE, -1", "SIZE many, -1", "SIZE 99999999999999999999, -1", "X, -1"})
    void a_size_that_is_no_limit_is_none(String line, long limit) {
        OptionalLong expected = limit < 0 ? OptionalLong.empty() : OptionalLong.of(limit);
        assertEquals(expected, offered("peer.test", line).sizeLimit());
    }

    @Test
    void mechanisms_are_read_in_the_old_form_too() {
        assertEquals(
                Set.of("PLAIN", "LOGIN", "XOAUTH2"),
                offered("peer.test", "AUTH PLAIN XOAUTH2", "AUTH=LOGIN PLAIN").mechanisms());
    }

    private static Extensions offered(String... lines) {
        return Extensions.in(new SmtpReply(250, List.of(lines)));
    }
}
