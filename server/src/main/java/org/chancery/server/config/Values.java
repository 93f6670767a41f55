package org.chancery.server.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
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
import org.chancery.core.mail.EmailAddress;
import org.chancery.delivery.smtp.HostPort;

/** How the values of keys are written. Each method throws {@link IllegalArgumentException} saying what it wants. */
final class Values {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    /** Of an address to which a path is added in a header field, whose lines have 998 characters (RFC 5322 §2.1.1). */
    private static final int MAX_PUBLIC_URL = 400;

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12}) ?(B|KiB|MiB|GiB|)");

    private Values() {}

    static String text(String value) {
        return value;
    }

    static Optional<String> optional(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /** An address such as {@code http://127.0.0.1:11333}, or nothing. */
    static Optional<URI> optionalUrl(String value) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI url = new URI(value);
            boolean isWeb = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (isWeb && url.getHost() != null && url.getRawQuery() == null && url.getRawFragment() == null) {
                return Optional.of(url);
            }
        } catch (URISyntaxException notAUrl) {
            // falls through to the explanation
        }
        throw new IllegalArgumentException("must be an address such as http://127.0.0.1:11333");
    }

    /** RFC 8058 §3.1 wants https; what is on this very machine is for trying out. */
    static Optional<URI> optionalPublicUrl(String value) {
        Optional<URI> url = value.length() > MAX_PUBLIC_URL ? Optional.empty() : optionalUrl(value);
        boolean isUsable = url.isPresent()
                && url.get().getRawUserInfo() == null
                && ("https".equals(url.get().getScheme())
                        || url.get().getHost().matches("localhost|127\\.[0-9.]+|\\[::1]"));
        if (!value.isEmpty() && !isUsable) {
            throw new IllegalArgumentException("must be an https address of " + MAX_PUBLIC_URL
                    + " characters at most, such as https://mail.example.com, or one of this machine, such as"
                    + " http://localhost:8080");
        }
        return url;
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
        return list(value).stream().map(Values::positiveDuration).toList();
    }

    /** Such as {@code 80,100}: each once, rising. */
    static List<Integer> percentages(String value) {
        List<Integer> percentages =
                list(value).stream().map(one -> number(one, 1, 100)).toList();
        if (!percentages.equals(percentages.stream().distinct().sorted().toList())) {
            throw new IllegalArgumentException("must be percentages that rise, such as 80,100");
        }
        return percentages;
    }

    /** A duration that is not nothing. */
    static Duration positiveDuration(String value) {
        Duration duration = duration(value);
        if (duration.isZero()) {
            throw new IllegalArgumentException("must be longer than nothing, such as 30s, 5m or 4h");
        }
        return duration;
    }

    /** Octets: {@code 1048576}, {@code 512KiB}, {@code 25 MiB}, {@code 1GiB}. */
    static long size(String value) {
        Matcher matcher = SIZE.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a size such as 512KiB, 25MiB or 1GiB");
        }
        long amount = Long.parseLong(matcher.group(1));
        long unit = switch (matcher.group(2)) {
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            default -> 1L;
        };
        if (amount > Long.MAX_VALUE / unit) {
            throw new IllegalArgumentException("must be a size below " + (Long.MAX_VALUE >> 30) + "GiB");
        }
        return amount * unit;
    }

    static InetAddress address(String value) {
        try {
            // The library takes an empty name for the loopback address.
            if (!value.isBlank()) {
                return InetAddress.getByName(value);
            }
        } catch (UnknownHostException unknown) {
            // falls through to the explanation
        }
        throw new IllegalArgumentException("must be an IP address or a name that resolves to one");
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

    /** A domain name, in lower case and with A-labels (RFC 5890). */
    static String domain(String value) {
        return EmailAddress.domainOf(value)
                .orElseThrow(() -> new IllegalArgumentException("must be a domain name such as mail.example.com"));
    }

    static String optionalDomain(String value) {
        return value.isEmpty() ? value : domain(value);
    }

    static String email(String value) {
        return EmailAddress.parse(value)
                .map(EmailAddress::toString)
                .orElseThrow(() -> new IllegalArgumentException("must be an e-mail address such as kim@example.com"));
    }

    static HostPort hostPort(String value) {
        try {
            return HostPort.parse(value);
        } catch (IllegalArgumentException mistake) {
            throw new IllegalArgumentException(
                    "must be host:port such as smtp.example.com:587 or [2001:db8::1]:587", mistake);
        }
    }

    static Optional<HostPort> optionalHostPort(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(hostPort(value));
    }

    static List<HostPort> hostPorts(String value) {
        try {
            return list(value).stream().map(HostPort::parse).toList();
        } catch (IllegalArgumentException mistake) {
            throw new IllegalArgumentException("must be host:port,… such as 192.0.2.1:53,[2001:db8::1]:53", mistake);
        }
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
