package org.chancery.delivery.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.chancery.delivery.smtp.ReplyReader.NotSmtp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyReaderTest {

    @Test
    void a_reply_of_one_line_is_code_and_text() throws IOException {
        assertEquals(new SmtpReply(250, List.of("2.1.0 fine")), read("250 2.1.0 fine\r\n"));
    }

    @Test
    void a_reply_may_be_a_code_alone() throws IOException {
        assertEquals(new SmtpReply(354, List.of("")), read("354\r\n"));
    }

    @Test
    void all_lines_of_a_reply_are_kept() throws IOException {
        SmtpReply reply = read("550-5.1.1 The account\r\n550-\r\n550 5.1.1 is not here\r\n250 next\r\n");
        assertEquals(List.of("5.1.1 The account", "", "5.1.1 is not here"), reply.lines());
        assertEquals("550 5.1.1 The account  5.1.1 is not here", reply.text());
    }

    @Test
    void replies_that_came_together_are_read_one_by_one() throws IOException {
        ReplyReader reader = new ReplyReader(bytes("250 a\r\n250-b\r\n250 c\r\n354 d\n"));
        assertEquals(List.of("a"), reader.read().lines());
        assertEquals(List.of("b", "c"), reader.read().lines());
        assertEquals(354, reader.read().code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "25\r\n",
                "hello\r\n",
                "250hello\r\n",
                "199 too low\r\n",
                "600 too high\r\n",
                "2x0 no\r\n",
                "-50 no\r\n",
                "250-a\r\n550 b\r\n",
                "HTTP/1.1 400 Bad Request\r\n",
                "٢٥٠ other digits\r\n"
            })
    void what_is_no_reply_is_not_taken_for_one(String noise) {
        assertThrows(NotSmtp.class, () -> read(noise));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "25", "250 fine", "250-more\r\n"})
    void a_peer_that_hangs_up_within_a_reply_has_said_nothing(String part) {
        assertThrows(EOFException.class, () -> read(part));
    }

    @Test
    void a_line_without_end_is_not_read_for_ever() {
        assertThrows(NotSmtp.class, () -> read("250 " + "a".repeat(100_000)));
    }

    @Test
    void a_reply_without_end_is_not_read_for_ever() {
        assertThrows(NotSmtp.class, () -> read("250-more to come\r\n".repeat(10_000)));
    }

    @Test
    void the_text_is_bounded() throws IOException {
        SmtpReply reply = read(("550-" + "x".repeat(500) + "\r\n").repeat(20) + "550 end\r\n");
        assertEquals(SmtpReply.MAX_TEXT, reply.text().length());
    }

    @Test
    void characters_that_do_something_are_taken_out_of_the_text() throws IOException {
        assertEquals(
                "550 a?b?c?d?e é",
                read("550 a\u0000b\u001bc\u202ed\u0085e é\r\n").text());
    }

    @Test
    void no_bytes_whatever_break_the_reader() {
        Random random = new Random(20260301);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            if (random.nextBoolean() && noise.length > 6) {
                System.arraycopy("250-".getBytes(StandardCharsets.US_ASCII), 0, noise, 0, 4);
                noise[noise.length - 1] = '\n';
            }
            try {
                SmtpReply reply = new ReplyReader(new ByteArrayInputStream(noise)).read();
                assertTrue(reply.code() >= 200 && reply.code() < 600);
                assertFalse(reply.text().chars().anyMatch(Character::isISOControl));
            } catch (IOException refused) {
                // As good.
            }
        }
    }

    private static SmtpReply read(String text) throws IOException {
        return new ReplyReader(bytes(text)).read();
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
