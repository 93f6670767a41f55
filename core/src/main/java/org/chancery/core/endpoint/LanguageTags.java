package org.chancery.core.endpoint;

import java.util.Arrays;
import java.util.HashSet;
import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Tags that name a language (RFC 5646, which with RFC 4647 is BCP 47). Two letters have to be a language's code and a
 * country's; so that {@code english} and {@code en-UK}, which are well formed, are told to be mistakes. Codes of three
 * letters are taken as they are, for nobody ships the whole registry.
 */
public final class LanguageTags {
    /** RFC 5646 §4.4.1: what an application that bounds them should take. */
    public static final int MAX_LENGTH = 35;

    private static final Set<String> LANGUAGES = new HashSet<>(Arrays.asList(Locale.getISOLanguages()));
    private static final Set<String> COUNTRIES = new HashSet<>(Arrays.asList(Locale.getISOCountries()));

    private LanguageTags() {}

    /** The tag as it is commonly written, {@code pt-BR} for {@code PT-br}; empty where it names no language. */
    public static Optional<String> canonical(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Locale locale;
        try {
            locale = new Locale.Builder().setLanguageTag(text).build();
        } catch (IllformedLocaleException notATag) {
            return Optional.empty();
        }
        boolean isKnown =
                isLanguage(locale.getLanguage()) && isScript(locale.getScript()) && isRegion(locale.getCountry());
        String tag = locale.toLanguageTag();
        return isKnown && tag.length() <= MAX_LENGTH ? Optional.of(tag) : Optional.empty();
    }

    private static boolean isLanguage(String code) {
        return code.length() == 2 ? LANGUAGES.contains(code) : code.length() == 3;
    }

    private static boolean isScript(String code) {
        try {
            return code.isEmpty() || Character.UnicodeScript.forName(code) != Character.UnicodeScript.UNKNOWN;
        } catch (IllegalArgumentException unknown) {
            // RFC 5646 §2.2.3: two written forms of Chinese, and Japanese and Korean, are mixtures of scripts.
            return Set.of("Hans", "Hant", "Jpan", "Kore").contains(code);
        }
    }

    /** A country, or a region of the world in three digits (UN M.49). */
    private static boolean isRegion(String code) {
        return code.isEmpty() || code.length() == 3 || COUNTRIES.contains(code);
    }
}
