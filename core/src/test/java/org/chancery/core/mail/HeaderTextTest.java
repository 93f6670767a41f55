package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "plain text | plain text",
                "=?utf-8?Q?caf=C3=A9?= | café",
                "=?UTF-8?q?caf=c3=a9_au_lait?= | café au lait",
                "=?utf-8?B?Y2Fmw6k=?= | café",
                "=?utf-8?B?Y2Fmw6k?= | café",
                "=?iso-8859-1*de?Q?stra=DFe?= | straße",
                "a =?utf-8?Q?b?= c | a b c",
                "=?utf-8?Q?a?= =?utf-8?Q?b?= | ab",
                "=?utf-8?Q?a?= b =?utf-8?Q?c?= | a b c",
                "=?utf-8?Q?=C3?= =?utf-8?B?qQ==?= | é",
                "=?utf-8?Q?a?==?utf-8?Q?b?= | ab",
                "=?utf-8?Q?with spaces?= | with spaces",
                "=?utf-8?Q?ends_in_=?= | ends in =",
                "=?utf-8?Q?=zz=4?= | =zz=4",
                "=?utf-8?Q?caf\u00e9?= | café",
                "=?nobody?Q?caf=E9?= | café",
                "=?utf-8?X?a?= | =?utf-8?X?a?=",
                "=?utf-8?Q?open | =?utf-8?Q?open",
                "=?utf-8?Q?one =?utf-8?Q?two?= | =?utf-8?Q?one two",
                "=?? =?=?= =?a?q | =?? =?=?= =?a?q",
                "=?gb2312?B?xOO6ww==?= | 你好",
                "=?utf-8?B?8J+YgA==?= | 😀",
            })
    void encoded_words_are_read_whatever_is_wrong_with_them(String body, String text) {
        assertEquals(text, HeaderText.decode(body, 1_000));
    }

    @Test
    void control_characters_line_ends_and_overrides_never_get_out() {
        assertEquals(
                "a b c", HeaderText.decode("=?utf-8?Q?a=0D=0Ab=00=1B?= c", 100).replace("  ", " "));
        assertEquals("abc", HeaderText.clean("a\u202eb\u2066c\u0085\u007f"));
        assertEquals("a b", HeaderText.clean("a\tb"));
    }

    @Test
    void half_characters_become_replacement_characters() {
        assertEquals("a\ufffdb", HeaderText.clean("a\ud83db"));
        assertEquals("\ufffd", HeaderText.clean("\ude00"));
        assertEquals("😀", HeaderText.clean("😀"));
    }

    @Test
    void text_is_cut_between_characters() {
        assertEquals("ab", HeaderText.shorten("abc", 2));
        assertEquals("a", HeaderText.shorten("a😀", 2));
    }

    @Test
    void many_beginnings_without_an_end_take_no_time() {
        String body = "=?utf-8?q?".repeat(200_000);
        assertTrue(HeaderText.decode(body, 100).length() <= 100);
    }
}
