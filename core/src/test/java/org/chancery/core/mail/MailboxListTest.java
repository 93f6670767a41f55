package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxListTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "a@example.com | -<a@example.com>",
                "<a@example.com> | -<a@example.com>",
                "Jane Doe <a@example.com> | Jane Doe<a@example.com>",
                "\"Doe, Jane\" <a@example.com>, b@example.com | Doe, Jane<a@example.com> -<b@example.com>",
                "\"a \\\"quoted\\\" name\" <a@example.com> | a \"quoted\" name<a@example.com>",
                "a@example.com (Jane (the one) Doe) | Jane (the one) Doe<a@example.com>",
                "=?utf-8?Q?Doe,_J=C3=B6rg?= <a@example.com> | Doe, Jörg<a@example.com>",
                "Group: a@example.com, B <b@example.com>; | -<a@example.com> B<b@example.com>",
                "undisclosed-recipients:; | ^^",
                "<@one.example,@two.example:a@example.com> | -<a@example.com>",
                "\"odd local\"@example.com | -<\"odd local\"@example.com>",
                "Odd <\"a>b\"@example.com> | Odd<\"a>b\"@example.com>",
                "Jane a@example.com | Jane<a@example.com>",
                "MAILER-DAEMON (Mail Delivery Subsystem) | Mail Delivery Subsystem<MAILER-DAEMON>",
                "Jane <> | Jane<>",
                "<> | ^^",
                "Jane <a@example.com | Jane<a@example.com>",
                "\"Jane <a@example.com> | Jane<a@example.com>",
                "a@example.com; b@example.com | -<a@example.com> -<b@example.com>",
                ",,a@example.com,, | -<a@example.com>",
                "(only a comment) | ^^",
                "jürgen@example.com | -<jürgen@example.com>",
            })
    void addresses_are_read_as_they_are_sent(String body, String expected) {
        String read = MailboxList.parse(body, 100).stream()
                .map(mailbox -> (mailbox.name() == null ? "-" : mailbox.name()) + "<" + mailbox.address() + ">")
                .collect(Collectors.joining(" "));
        assertEquals(expected, read);
    }

    @Test
    void no_more_are_read_than_asked_for() {
        assertEquals(3, MailboxList.parse("a@b.example,".repeat(100), 3).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "(", "<", ",\\\"", ",", ":", ";", "=?a?q?", "a@b ", "\\", "<\"", "(\\", "\"\\\"\","})
    void a_million_of_anything_takes_linear_time(String piece) {
        String body = piece.repeat(1_000_000 / piece.length());
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> MailboxList.parse(body, 1_000));
    }
}
