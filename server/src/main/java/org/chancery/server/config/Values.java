package org.chancery.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the values of keys are written. Each method throws {@link IllegalArgumentException} saying what it wants. */
final class Values {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12}) ?(B|KiB|MiB|GiB|)");

    private Values() {}

    static String text(String value) {
        return value;
    }

    static Optional<String> optional(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    static boolean flag(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    static int port(String value) {
        int port = number(value, 0, 65_535);
        return port;
    }

    static int number(String value, int least, int most) {
        try {
            int number = Integer.parseInt(value.replace("_", ""));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // falls through to the explanation
        }
        throw new IllegalArgumentException("must be a whole number from " + least + " to " + most);
    }

    /** {@code 500ms}, {@code 30s}, {@code 5m}, {@code 4h}, {@code 7d}. */
    static Duration duration(String value) {
        Matcher matcher = DURATION.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a duration such as 30s, 5m or 4h");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    static List<Duration> durations(String value) {
        return list(value).stream().map(Values::duration).toList();
    }

    /** Octets: {@code 1048576}, {@code 512KiB}, {@code 25 MiB}, {@code 1GiB}. */
    static long size(String value) {
        Matcher matcher = SIZE.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a size such as 512KiB, 25MiB or 1GiB");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "KiB" -> amount << 10;
            case "MiB" -> amount << 20;
            case "GiB" -> amount << 30;
            default -> amount;
        };
    }

    static InetAddress address(String value) {
        try {
            return InetAddress.getByName(value);
        } catch (UnknownHostException unknown) {
            throw new IllegalArgumentException("must be an IP address or a name that resolves to one");
        }
    }

    static Path path(String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException bad) {
            throw new IllegalArgumentException("must be a path");
        }
    }

    static Optional<Path> optionalPath(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(path(value));
    }

    static List<String> list(String value) {
        return Arrays.stream(value.split(","))
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    static String oneOf(String value, String... words) {
        if (!List.of(words).contains(value)) {
            throw new IllegalArgumentException("must be one of " + String.join(", ", words));
        }
        return value;
    }

    /** A text of which only one value has a meaning so far. */
    static String only(String value, String sole, String feature) {
        if (!value.equals(sole)) {
            throw new IllegalArgumentException(
                    "cannot be set yet: it comes with " + feature + (sole.isEmpty() ? "" : "; leave it at " + sole));
        }
        return value;
    }
}
