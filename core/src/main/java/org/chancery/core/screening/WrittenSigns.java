package org.chancery.core.screening;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.chancery.core.mail.MailWords;

/**
 * Signs in how a text is spelled, character by character: disguised words, big sums, addresses to pay to, shouting. One pass over
 * its beginning, whatever stands in it.
 */
final class WrittenSigns {
    /** Generic Test for Unsolicited Bulk Email: the same for all filters, spamassassin.apache.org/gtube. */
    private static final String GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

    private static final int MAX_EXAMPLES = 5;
    private static final int MAX_CHUNK = 62;
    private static final int MIN_SPACED = 4;
    /** Fewer capitals are a heading. */
    private static final int MIN_SHOUTED = 200;

    private static final double SHOUTED = 0.6;
    private static final int BIG_SUM_DIGITS = 6;
    private static final int MAX_GROUPED = 15;

    private static final String SIGNS = "013457@$!|€";
    private static final String LETTERS = "oieastasiie";

    private static final Set<String> CURRENCIES =
            Set.of("$", "€", "£", "usd", "eur", "gbp", "us$", "dollars", "dollar", "euro", "euros", "pounds", "btc");

    private final Set<String> disguised = new LinkedHashSet<>();
    private final StringBuilder spaced = new StringBuilder();
    private boolean hasBitcoinAddress;
    private String bigSum = "";
    /** What stood before the chunk being looked at. */
    private String before = "";

    /** The big number just before, waiting for its currency. */
    private String sumBefore = "";
    /** The digits just before. */
    private String group = "";

    private WrittenSigns() {}

    static List<Signal> find(String subject, String text) {
        String beginning = text.length() > MailWords.MAX_TEXT ? text.substring(0, MailWords.MAX_TEXT) : text;
        WrittenSigns signs = new WrittenSigns();
        signs.read(subject);
        signs.read(beginning);
        List<Signal> found = signs.found();
        if (isShouted(beginning, MIN_SHOUTED, SHOUTED)) {
            found.add(SpamSign.SHOUTED_TEXT.found("most letters are capitals"));
        }
        if (beginning.contains(GTUBE) || subject.contains(GTUBE)) {
            found.add(SpamSign.GTUBE.found("the test text that every filter takes for spam"));
        }
        return found;
    }

    /** Whether there are so many letters that have a case, and most of them are capitals. */
    static boolean isShouted(String text, int atLeast, double share) {
        int capitals = 0;
        int small = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isUpperCase(c)) {
                capitals++;
            } else if (Character.isLowerCase(c)) {
                small++;
            }
        }
        return capitals + small >= atLeast && capitals >= share * (capitals + small);
    }

    private List<Signal> found() {
        List<Signal> found = new ArrayList<>();
        if (!disguised.isEmpty()) {
            found.add(SpamSign.DISGUISED_WORDS.found(disguised.size(), String.join(", ", disguised)));
        }
        if (hasBitcoinAddress) {
            found.add(SpamSign.BITCOIN_ADDRESS.found("an address of a bitcoin wallet"));
        }
        if (!bigSum.isEmpty()) {
            found.add(SpamSign.BIG_SUM.found(bigSum));
        }
        return found;
    }

    private void read(String text) {
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || Character.isWhitespace(text.charAt(i)) || text.charAt(i) == '\u00a0') {
                if (i > start) {
                    chunk(text, start, i);
                }
                start = i + 1;
            }
        }
        endSpaced();
        before = "";
        sumBefore = "";
        group = "";
    }

    private void chunk(String text, int start, int end) {
        if (end - start == 1 && Character.isLetterOrDigit(text.charAt(start))) {
            spaced.append(text.charAt(start));
            return;
        }
        endSpaced();
        if (end - start > MAX_CHUNK) {
            before = "";
            return;
        }
        String chunk = text.substring(start, end).toLowerCase(Locale.ROOT);
        if (disguised.size() < MAX_EXAMPLES) {
            disguise(chunk);
        }
        sum(chunk);
        hasBitcoinAddress |= isBitcoinAddress(text.substring(start, end));
        before = chunk;
    }

    // v i a g r a
    private void endSpaced() {
        if (spaced.length() >= MIN_SPACED && spaced.length() <= MAX_CHUNK) {
            String word = undisguised(spaced.toString().toLowerCase(Locale.ROOT));
            if (SpamWording.DISGUISED.contains(word)) {
                disguised.add(word);
            }
        }
        spaced.setLength(0);
    }

    // v1agra, c.a.s.i.n.o, m0n€y
    private void disguise(String chunk) {
        int from = 0;
        int to = chunk.length();
        while (from < to && !isSpelling(chunk.charAt(from))) {
            from++;
        }
        while (to > from && !Character.isLetterOrDigit(chunk.charAt(to - 1))) {
            to--;
        }
        String written = chunk.substring(from, to);
        if (written.length() < MIN_SPACED || written.chars().allMatch(Character::isLetter)) {
            return;
        }
        String word = undisguised(written);
        if (SpamWording.DISGUISED.contains(word)) {
            disguised.add(written);
        }
    }

    private static boolean isSpelling(char c) {
        return Character.isLetterOrDigit(c) || SIGNS.indexOf(c) >= 0;
    }

    /** With the letters that the signs stand for, and without dots and dashes where there is one behind every letter. */
    private static String undisguised(String written) {
        StringBuilder word = new StringBuilder(written.length());
        int separators = 0;
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            int sign = SIGNS.indexOf(c);
            if (sign >= 0) {
                word.append(LETTERS.charAt(sign));
            } else if (c == '.' || c == '-' || c == '_' || c == '*' || c == '/') {
                separators++;
            } else {
                word.append(c);
            }
        }
        boolean isSpelledOut = separators == word.length() - 1;
        return separators == 0 || isSpelledOut ? word.toString() : written;
    }

    private void sum(String chunk) {
        if (!bigSum.isEmpty()) {
            return;
        }
        String amount = trimmed(chunk);
        boolean isCurrency = CURRENCIES.contains(amount);
        if (isCurrency && !sumBefore.isEmpty()) {
            bigSum = sumBefore + ' ' + amount;
        }
        String digits = grouped(withoutCurrency(amount));
        boolean isBig = isBig(digits);
        boolean hasCurrency =
                withoutCurrency(amount).length() < amount.length() || CURRENCIES.contains(trimmed(before));
        if (isBig && hasCurrency) {
            bigSum = amount;
        }
        sumBefore = isBig ? digits : "";
        group = digits.chars().allMatch(Character::isDigit) ? digits : "";
    }

    /** With what stood before, where that makes one number: 4 500 000. */
    private String grouped(String digits) {
        boolean goesOn = !group.isEmpty()
                && group.length() <= MAX_GROUPED
                && digits.length() == 3
                && digits.chars().allMatch(Character::isDigit);
        return goesOn ? group + digits : digits;
    }

    private static String trimmed(String chunk) {
        int from = 0;
        int to = chunk.length();
        while (from < to && "(\"'[".indexOf(chunk.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && ".,;:!?)\"']".indexOf(chunk.charAt(to - 1)) >= 0) {
            to--;
        }
        return chunk.substring(from, to);
    }

    private static String withoutCurrency(String amount) {
        for (String currency : CURRENCIES) {
            if (amount.length() > currency.length() && amount.startsWith(currency)) {
                return amount.substring(currency.length());
            }
            if (amount.length() > currency.length() && amount.endsWith(currency)) {
                return amount.substring(0, amount.length() - currency.length());
            }
        }
        return amount;
    }

    /** Digits in groups, with at most two of them behind the last point or comma. */
    private static boolean isBig(String amount) {
        int digits = 0;
        int sinceGroup = 0;
        for (int i = 0; i < amount.length(); i++) {
            char c = amount.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
                sinceGroup++;
            } else if (c == '.' || c == ',' || c == '\'') {
                sinceGroup = 0;
            } else {
                return false;
            }
        }
        int decimals = sinceGroup < 3 && sinceGroup < digits ? sinceGroup : 0;
        return digits - decimals >= BIG_SUM_DIGITS;
    }

    private static boolean isBitcoinAddress(String chunk) {
        int length = chunk.length();
        if (length >= 39 && chunk.startsWith("bc1")) {
            return chunk.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
        }
        boolean isBase58 = length >= 26
                && length <= 35
                && (chunk.charAt(0) == '1' || chunk.charAt(0) == '3')
                && chunk.chars().allMatch(c -> c < 0x80 && Character.isLetterOrDigit(c) && "0OIl".indexOf(c) < 0);
        return isBase58
                && chunk.chars().anyMatch(Character::isUpperCase)
                && chunk.chars().anyMatch(Character::isLowerCase);
    }
}
