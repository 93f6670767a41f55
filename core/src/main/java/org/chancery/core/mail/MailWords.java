package org.chancery.core.mail;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The words of a text as they are compared: in lower case, without accents, with look-alikes undone. Characters of scripts that
 * write without spaces are a word each. One pass.
 *
 * @param words in order
 * @param mixed words of letters from two alphabets that look alike
 * @param broken words with characters without width in them
 */
public record MailWords(List<String> words, List<String> mixed, List<String> broken) {
    public MailWords {
        words = List.copyOf(words);
        mixed = List.copyOf(mixed);
        broken = List.copyOf(broken);
    }

    /** A longer text says in its beginning what it wants. */
    public static final int MAX_TEXT = 64 * 1024;
    /** A longer word is none: an encoded something. */
    public static final int MAX_WORD = 40;
    /** So many examples are enough. */
    private static final int MAX_EXAMPLES = 5;
    /** Units and formulas mix alphabets in short words. */
    private static final int MIN_MIXED = 4;

    private static final Set<UnicodeScript> WITHOUT_SPACES = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.THAI,
            UnicodeScript.LAO,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR);

    /** Cyrillic and Greek letters, and the Latin ones that they look like. */
    private static final String LOOK_ALIKES = "аaеeоoрpсcхxуyіiѕsјjкkвbмmнhтtοoαaνvρpτtιiκkυuεeηn";

    /** What has no accent to take away, and is written without its sign all the same. */
    private static final String WITHOUT_SIGN = "łløođdıiæa";

    public static MailWords of(String text) {
        return new Splitting().split(text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text);
    }

    /** A word, or a phrase of words, as {@link #words} has it. */
    public static List<String> phrase(String text) {
        return of(text).words;
    }

    /** Whether a word is a character of a script that writes without spaces, which says little alone. */
    public static boolean isCharacter(String word) {
        return word.codePointCount(0, word.length()) == 1
                && WITHOUT_SPACES.contains(UnicodeScript.of(word.codePointAt(0)));
    }

    private static boolean isWithoutWidth(int c) {
        return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || c == 0x2060 || c == 0xfeff || c == 0xad;
    }

    private static final class Splitting {
        private final List<String> words = new ArrayList<>();
        private final List<String> mixed = new ArrayList<>();
        private final List<String> broken = new ArrayList<>();
        private final StringBuilder word = new StringBuilder();
        private final Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
        /** The word being read has a character without width before its last letter. */
        private boolean isBroken;

        private boolean mayBeBroken;

        MailWords split(String text) {
            for (int i = 0; i < text.length(); ) {
                int c = text.codePointAt(i);
                i += Character.charCount(c);
                take(c);
            }
            finish();
            return new MailWords(words, mixed, broken);
        }

        private void take(int c) {
            if (c < 0x80) {
                if (Character.isLetterOrDigit(c)) {
                    append(c, Character.isDigit(c) ? UnicodeScript.COMMON : UnicodeScript.LATIN);
                } else {
                    finish();
                }
            } else if (isWithoutWidth(c)) {
                mayBeBroken = !word.isEmpty();
            } else if (Character.isLetterOrDigit(c)) {
                UnicodeScript script = UnicodeScript.of(c);
                if (WITHOUT_SPACES.contains(script)) {
                    finish();
                    words.add(Character.toString(c));
                } else {
                    append(c, script);
                }
            } else if (Character.getType(c) == Character.NON_SPACING_MARK) {
                append(c, UnicodeScript.INHERITED);
            } else {
                finish();
            }
        }

        private void append(int c, UnicodeScript script) {
            // Arabic, Persian and the scripts of India need joiners within words.
            isBroken |= mayBeBroken && isAlphabetOfEurope(script);
            mayBeBroken = false;
            scripts.add(script);
            if (word.length() <= MAX_WORD) {
                word.appendCodePoint(c);
            }
        }

        private static boolean isAlphabetOfEurope(UnicodeScript script) {
            return script == UnicodeScript.LATIN || script == UnicodeScript.CYRILLIC || script == UnicodeScript.GREEK;
        }

        private void finish() {
            if (!word.isEmpty() && word.length() <= MAX_WORD) {
                boolean isMixed = word.length() >= MIN_MIXED
                        && scripts.contains(UnicodeScript.LATIN)
                        && (scripts.contains(UnicodeScript.CYRILLIC) || scripts.contains(UnicodeScript.GREEK));
                String plain = plain(word.toString(), isMixed);
                words.add(plain);
                if (isMixed && mixed.size() < MAX_EXAMPLES) {
                    mixed.add(plain);
                }
                if (isBroken && broken.size() < MAX_EXAMPLES) {
                    broken.add(plain);
                }
            }
            word.setLength(0);
            scripts.clear();
            isBroken = false;
            mayBeBroken = false;
        }
    }

    private static String plain(String word, boolean isMixed) {
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.chars().allMatch(c -> c < 0x80)) {
            return lower;
        }
        StringBuilder plain = new StringBuilder(lower.length());
        Normalizer.normalize(lower, Normalizer.Form.NFKD).codePoints().forEach(c -> {
            if (Character.getType(c) != Character.NON_SPACING_MARK) {
                plain.appendCodePoint(isMixed ? translate(c, LOOK_ALIKES) : translate(c, WITHOUT_SIGN));
            }
        });
        return plain.toString();
    }

    /** The second of the pair that the letter is the first of. */
    private static int translate(int c, String pairs) {
        for (int i = 0; i < pairs.length(); i += 2) {
            if (pairs.charAt(i) == c) {
                return pairs.charAt(i + 1);
            }
        }
        return c;
    }
}
