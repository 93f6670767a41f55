package org.chancery.core.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageTagsTest {

    @ParameterizedTest
    @CsvSource({
        "de, de",
        "EN, en",
        "pt-br, pt-BR",
        "zh-hant-tw, zh-Hant-TW",
        "es-419, es-419",
        "sr-Latn, sr-Latn",
        "de-CH-1996, de-CH-1996",
        "fil, fil",
    })
    void a_tag_is_kept_as_it_is_commonly_written(String written, String kept) {
        assertEquals(Optional.of(kept), LanguageTags.canonical(written));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "english",
                "Deutsch",
                "en_GB",
                "en-UK",
                "xx",
                "de-",
                "-de",
                "d",
                "und",
                "x-mine",
                "de-Abcd",
                "en-GB-oed-and-then-something-that-never-ends",
                "de\r\nX: y",
                "*"
            })
    void what_names_no_language_is_none(String text) {
        assertEquals(Optional.empty(), LanguageTags.canonical(text));
    }
}
