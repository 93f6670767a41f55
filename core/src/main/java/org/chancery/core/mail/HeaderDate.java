package org.chancery.core.mail;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code Date} field (RFC 5322 §3.3, the obsolete forms of §4.3) and the forms of programs that follow
 * neither: each word is taken for what it can be, in whatever order they come.
 */
public final class HeaderDate {
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    // RFC 5322 §4.3. Single letters and unknown names say nothing that can be relied on, and mean -0000.
    private static final Map<String, Integer> ZONES =
            Map.of("est", -5, "edt", -4, "cst", -6, "cdt", -5, "mst", -7, "mdt", -6, "pst", -8, "pdt", -7);

    /** No longer date is one. */
    private static final int MAX_LENGTH = 128;

    private int day = -1;
    private int month = -1;
    private int year = -1;
    private int secondOfDay = -1;
    private boolean afternoon;
    private @Nullable ZoneOffset zone;

    private HeaderDate() {}

    /** The moment, or empty where none can be read. */
    public static Optional<Instant> parse(String body) {
        if (body.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        return new HeaderDate().read(body).or(() -> isoDate(body));
    }

    private Optional<Instant> read(String body) {
        int comment = body.indexOf('(');
        String date = comment < 0 ? body : body.substring(0, comment);
        var words = new StringTokenizer(date, " ,;\t");
        while (words.hasMoreTokens()) {
            if (!take(words.nextToken().toLowerCase(Locale.ROOT))) {
                return Optional.empty();
            }
        }
        if (day < 0 || month < 0 || year < 0) {
            return Optional.empty();
        }
        try {
            LocalDateTime local = LocalDateTime.of(fullYear(), month, day, 0, 0)
                    .plusSeconds(Math.max(secondOfDay, 0) + (afternoon ? 12 * 3600 : 0));
            return Optional.of(local.toInstant(zone == null ? ZoneOffset.UTC : zone));
        } catch (DateTimeException impossible) {
            return Optional.empty();
        }
    }

    private boolean take(String word) {
        char first = word.charAt(0);
        if (first == '+' || (first == '-' && word.length() >= 4)) {
            zone = offset(word);
            return true;
        }
        if (isDigit(first)) {
            return takeNumber(word);
        }
        if (word.length() >= 3 && MONTHS.contains(word.substring(0, 3)) && month < 0) {
            month = MONTHS.indexOf(word.substring(0, 3)) + 1;
        } else if (word.equals("pm")) {
            afternoon = secondOfDay < 12 * 3600;
        } else if (word.equals("am")) {
            secondOfDay %= 12 * 3600;
        } else if (ZONES.containsKey(word)) {
            zone = ZoneOffset.ofHours(ZONES.get(word));
        } else if (word.startsWith("gmt") || word.startsWith("utc")) {
            zone = word.length() > 3 ? offset(word.substring(3)) : ZoneOffset.UTC;
        }
        return true; // names of days, of zones and the like
    }

    private boolean takeNumber(String word) {
        if (word.indexOf(':') > 0) {
            return takeTime(word);
        }
        int dash = word.indexOf('-');
        if (dash > 0) { // 13-Feb-2020, as in IMAP
            for (String part : word.split("-", 4)) {
                if (part.isEmpty() || !take(part)) {
                    return false;
                }
            }
            return true;
        }
        int value = number(word);
        if (value < 0) {
            return false;
        }
        if (day < 0 && value >= 1 && value <= 31 && word.length() <= 2) {
            day = value;
        } else if (year < 0) {
            year = value;
        }
        return true;
    }

    private boolean takeTime(String word) {
        String[] parts = word.split(":", 4);
        int hour = number(parts[0]);
        int minute = number(parts[1]);
        int second = parts.length < 3 ? 0 : number(parts[2].split("\\.", 2)[0]);
        if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60) {
            return false;
        }
        secondOfDay = hour * 3600 + minute * 60 + second;
        return true;
    }

    // RFC 5322 §4.3: two digits below 50 are 20yy, other two and three digits count from 1900.
    private int fullYear() {
        if (year < 50) {
            return year + 2000;
        }
        return year < 1000 ? year + 1900 : year;
    }

    /** {@code +hhmm}, {@code +hh:mm} or {@code +hmm}; null where it is none. */
    private static @Nullable ZoneOffset offset(String text) {
        String digits = text.substring(1).replace(":", "");
        int value = number(digits.length() <= 2 ? digits + "00" : digits);
        int minutes = value / 100 * 60 + value % 100;
        if (value < 0 || minutes > 18 * 60) {
            return null;
        }
        return ZoneOffset.ofTotalSeconds((text.charAt(0) == '-' ? -minutes : minutes) * 60);
    }

    private static Optional<Instant> isoDate(String body) {
        try {
            return Optional.of(OffsetDateTime.parse(body.strip()).toInstant());
        } catch (DateTimeParseException notIso) {
            return Optional.empty();
        }
    }

    private static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 6) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            if (!isDigit(digits.charAt(i))) {
                return -1;
            }
            value = value * 10 + digits.charAt(i) - '0';
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
