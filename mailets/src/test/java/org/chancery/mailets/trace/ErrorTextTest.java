package org.chancery.mailets.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.MessagingException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cannot open jdbc:postgresql://me:geheim@db/x | cannot open jdbc:postgresql://***@db/x",
                "https://hook.test/?token=geheim&x=1          | https://hook.test/?token=***&x=1",
                "Authorization: Bearer geheim, then more      | Authorization: ***, then more",
                "PASSWORD = geheim                            | PASSWORD = ***",
                "api_key:geheim; done                         | api_key:***; done",
                "nothing to hide                              | nothing to hide",
            })
    void secrets_are_blotted_out(String text, String clean) {
        assertEquals(clean, ErrorText.clean(text));
    }

    @Test
    void only_the_first_line_is_kept_and_no_more_than_a_line_of_it() {
        assertEquals("first", ErrorText.clean("\r\n  first\r\nsecond"));
        assertEquals("a b", ErrorText.clean("a\tb"));
        assertTrue(ErrorText.clean("x".repeat(10_000)).length() < 400);
        assertEquals("", ErrorText.clean(null));
    }

    @Test
    void kind_and_message_are_told_and_what_caused_it_first() {
        assertEquals("IOException: disk", ErrorText.of(new IOException("disk")));
        assertEquals("StackOverflowError", ErrorText.of(new StackOverflowError()));
        assertEquals(
                "MessagingException: cannot read, caused by IOException: disk",
                ErrorText.of(new MessagingException("cannot read", new IOException("disk"))));
        assertEquals(
                "RuntimeException: java.io.IOException: disk",
                ErrorText.of(new RuntimeException(new IOException("disk"))));
    }

    @Test
    void the_log_is_told_where_and_not_what_libraries_say_of_the_mail() {
        NumberFormatException quoting =
                assertThrows(NumberFormatException.class, () -> Integer.parseInt("secret plans"));
        String text = ErrorText.forLog(new MessagingException("reading X-Number", quoting));
        assertTrue(text.startsWith("MessagingException: reading X-Number, caused by NumberFormatException"), text);
        assertTrue(text.contains("at " + ErrorTextTest.class.getName()), text);
        assertFalse(text.contains("secret plans"), text);
    }
}
