package org.chancery.core.phishing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/** Words that urge to give away a password or money, in many languages; kept in {@code urgent-words.txt}. */
final class Wording {
    private static final List<String> PHRASES = read();
    /** They stand at the beginning, where they are read. */
    private static final int MAX_TEXT = 20_000;

    private Wording() {}

    static boolean isUrgent(String text) {
        String plain = plain(text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text);
        return PHRASES.stream().anyMatch(plain::contains);
    }

    private static String plain(String text) {
        String letters = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        // What is not seen, and is put into words so that programs do not find them.
        return ' '
                + letters.replaceAll("[\\u00ad\\u200b-\\u200f\\u2060\\ufeff]+", "")
                        .replaceAll("[^\\p{L}\\p{N}\\p{M}]+", " ")
                        .strip()
                + ' ';
    }

    private static List<String> read() {
        try (InputStream in = Wording.class.getResourceAsStream("urgent-words.txt")) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: urgent-words.txt");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> plain(line).strip())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read urgent-words.txt", e);
        }
    }
}
