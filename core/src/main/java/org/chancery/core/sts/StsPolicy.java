package org.chancery.core.sts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.chancery.core.mail.EmailAddress;

/**
 * A domain's policy (RFC 8461 §3.2).
 *
 * @param mx names of hosts in lower case; {@code *.} in front stands for one label
 * @param maxAge how long it may be kept, {@link #LONGEST} at most
 */
public record StsPolicy(Mode mode, List<String> mx, Duration maxAge) {
    /** RFC 8461 §3.2: a year. */
    public static final Duration LONGEST = Duration.ofSeconds(31_557_600);

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,10}");
    private static final String WILDCARD = "*.";

    /** What is asked for. */
    public enum Mode {
        /** No mail but to the named hosts, and over TLS with a certificate that proves the name. */
        ENFORCE,
        /** As well, but what does not meet it is sent all the same. */
        TESTING,
        /** Nothing any more. */
        NONE;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Mode> of(String text) {
            return List.of(values()).stream()
                    .filter(mode -> mode.text().equals(text))
                    .findFirst();
        }
    }

    public StsPolicy {
        mx = List.copyOf(mx);
        if (maxAge.compareTo(LONGEST) > 0) {
            maxAge = LONGEST;
        }
    }

    /** Reads a policy; empty where the text is none. Keys that we do not know are passed over, of repeated ones all but the first. */
    public static Optional<StsPolicy> parse(String text) {
        Map<String, String> values = new HashMap<>();
        List<String> mx = new ArrayList<>();
        for (String line : text.split("\r?\n")) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                if (line.isBlank()) {
                    continue;
                }
                return Optional.empty();
            }
            String key = line.substring(0, colon).strip();
            String value = line.substring(colon + 1).strip();
            if (key.equals("mx")) {
                pattern(value).ifPresent(mx::add);
            } else {
                values.putIfAbsent(key, value);
            }
        }
        Optional<Mode> mode = Mode.of(values.getOrDefault("mode", ""));
        String maxAge = values.getOrDefault("max_age", "");
        boolean isPolicy = values.getOrDefault("version", "").equals("STSv1")
                && SECONDS.matcher(maxAge).matches()
                && mode.isPresent()
                && (mode.get() == Mode.NONE || !mx.isEmpty());
        return isPolicy
                ? Optional.of(new StsPolicy(mode.get(), mx, Duration.ofSeconds(Long.parseLong(maxAge))))
                : Optional.empty();
    }

    private static Optional<String> pattern(String value) {
        return value.startsWith(WILDCARD)
                ? EmailAddress.domainOf(value.substring(WILDCARD.length())).map(WILDCARD::concat)
                : EmailAddress.domainOf(value);
    }

    /** Whether the host is one of those named (RFC 8461 §4.1). */
    public boolean names(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        String above = dot < 0 ? "" : WILDCARD + name.substring(dot + 1);
        return mx.stream().anyMatch(pattern -> pattern.equals(name) || pattern.equals(above));
    }
}
