package org.chancery.api.triage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownloadTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "report.pdf              | attachment; filename=\"report.pdf\"",
                "an offer (2).pdf        | attachment; filename=\"an offer (2).pdf\"",
                "Größe.txt               | attachment; filename=\"Gr__e.txt\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt",
                "100%25.txt              | attachment; filename=\"100_25.txt\"; filename*=UTF-8''100%2525.txt",
                "a\"b\\c.txt             | attachment; filename=\"a_b_c.txt\"",
                "../../etc/passwd        | attachment; filename=\"_.._etc_passwd\"",
                "C:\\boot.ini            | attachment; filename=\"C__boot.ini\"",
                ".bashrc                 | attachment; filename=\"bashrc\"",
                "trailing.               | attachment; filename=\"trailing\"",
                "😀.png                  | attachment; filename=\"_.png\"; filename*=UTF-8''%F0%9F%98%80.png",
                "x; filename=evil.exe    | attachment; filename=\"x; filename=evil.exe\"",
            })
    void a_name_stays_a_name(String name, String field) {
        assertEquals(field, Download.disposition(name));
    }

    @Test
    void a_file_without_a_name_is_called_attachment() {
        for (String name : new String[] {null, "", "  ", "...", "\u0000", "\u202e"}) {
            assertEquals("attachment; filename=\"attachment\"", Download.disposition(name));
        }
    }

    @Test
    void marks_that_reverse_letters_are_left_out() {
        assertEquals("attachment; filename=\"invoicefdp.exe\"", Download.disposition("invoice\u202efdp.exe"));
        assertEquals("attachment; filename=\"ab.exe\"", Download.disposition("a\u200bb\u2066.exe"));
    }

    @Test
    void a_line_end_in_a_name_begins_no_header_field() {
        assertEquals(
                "attachment; filename=\"aSet-Cookie_ x=1.txt\"",
                Download.disposition("a\r\nSet-Cookie: x=1\u0085.txt\u2028"));
    }

    @Test
    void a_long_name_is_cut() {
        assertTrue(Download.disposition("é".repeat(10_000)).length() < 500);
        assertFalse(Download.disposition("\ud83d".repeat(100)).contains("%3F"));
    }

    @Test
    void any_name_makes_one_field_of_plain_characters() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int j = random.nextInt(20); j >= 0; j--) {
                name.append((char) (random.nextBoolean() ? random.nextInt(0x250) : random.nextInt(0x10000)));
            }
            String field = Download.disposition(name.toString());
            assertTrue(
                    field.matches(
                            "attachment; filename=\"[ !#$&-\\[\\]-~]+\"(; filename\\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+)?"),
                    field);
        }
    }
}
