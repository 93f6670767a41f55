package org.chancery.delivery.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mailbox.ChangedMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.delivery.dkim.SignedContent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingMailTest {
    private final TestMails mails = new TestMails();

    private OutgoingMail examine(RawDigest digest) {
        return OutgoingMail.examine(mails, digest, new SignedContent());
    }

    @Test
    void size_and_eight_bit_are_known_before_anybody_is_spoken_to() {
        OutgoingMail mail = examine(mails.add("Subject: é\r\n\r\n"));
        assertEquals(15, mail.size());
        assertTrue(mail.isEightBit());
        assertFalse(examine(mails.add("Subject: e\r\n\r\n")).isEightBit());
    }

    @ParameterizedTest
    @CsvSource({
        "Subject: é|                 , true",
        "a: b|é: b||fine             , true",
        "Subject: e||é|              , false",
        "|é                          , false",
        "Subject: e|                 , false",
    })
    void the_first_empty_line_ends_the_header(String lines, boolean isEightBit) {
        String raw = lines.replace("|", "\r\n");
        assertEquals(isEightBit, examine(mails.add(raw)).hasEightBitHeader());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "\n", "\r", "a\r\n\nb", "a\r\r\nb", "a\n\rb", "a\r\n.\n", "a\r\n\r"})
    void a_line_end_that_is_not_crlf_is_found(String text) {
        assertTrue(examine(mails.add(text)).hasBareLineEnds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a\r\n", "\r\n\r\n", "a\r\nb"})
    void crlf_is_a_line_end(String text) {
        assertFalse(examine(mails.add(text)).hasBareLineEnds());
    }

    @Test
    void a_crlf_across_two_reads_is_one_line_end() {
        byte[] raw = "ab\r\ncd\r\n".getBytes(StandardCharsets.US_ASCII);
        RawDigest digest = mails.add(RawDigest.of(raw), () -> new OneByOne(raw));
        assertFalse(examine(digest).hasBareLineEnds());
    }

    @Test
    void other_bytes_than_those_asked_for_are_not_sent() {
        RawDigest asked = RawDigest.of(new byte[] {1});
        mails.add(asked, () -> new ByteArrayInputStream(new byte[] {2}));
        assertThrows(ChangedMail.class, () -> examine(asked));
    }

    @Test
    void a_store_that_cannot_be_read_is_unavailable() {
        byte[] raw = {1, 2};
        RawDigest digest = mails.add(RawDigest.of(raw), () -> TestMails.breaking(new byte[] {1}));
        assertThrows(Unavailable.class, () -> examine(digest));
    }

    private static final class OneByOne extends ByteArrayInputStream {
        OneByOne(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int read(byte[] block) {
            return read(block, 0, 1);
        }
    }
}
