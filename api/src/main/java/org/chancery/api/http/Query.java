package org.chancery.api.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.fault.CallerFault;
import org.jspecify.annotations.Nullable;

/** The query parameters of a call, checked against what the route declares. Unknown ones are refused, as are typos. */
public final class Query {
    /** Of a call whose query was not read. */
    static final Query NONE = new Query(Map.of());

    private final Map<String, Object> values;

    private Query(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Reads a query string.
     *
     * @param given as the client wrote it, or null
     */
    static Query read(List<Parameter> declared, @Nullable String given) {
        Map<String, Object> values = new HashMap<>();
        decoded(given).forEach((name, text) -> {
            Parameter parameter = declared.stream()
                    .filter(known -> known.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () -> CallerFault.invalid("?" + name, "unknown_parameter", "is no parameter of this call"));
            values.put(name, value(parameter, text));
        });
        for (Parameter parameter : declared) {
            if (parameter instanceof Parameter.Whole whole) {
                values.putIfAbsent(whole.name(), whole.byDefault());
            }
        }
        return new Query(values);
    }

    private static Map<String, String> decoded(@Nullable String given) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String pair : given == null ? new String[0] : given.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (texts.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                throw CallerFault.invalid("?" + name, "must be given once");
            }
        }
        return texts;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException undecodable) {
            throw HttpFault.malformed("The query string cannot be decoded.");
        }
    }

    /** A parameter's text or word, or null where it was not given. */
    public @Nullable String text(String name) {
        return (String) values.get(name);
    }

    /** A parameter's number; its default where it was not given. */
    public int whole(String name) {
        return (Integer) Optional.ofNullable(values.get(name)).orElseThrow();
    }

    /** A parameter's time, or null where it was not given. */
    public @Nullable Instant moment(String name) {
        return (Instant) values.get(name);
    }

    private static Object value(Parameter parameter, String text) {
        String pointer = "?" + parameter.name();
        return switch (parameter) {
            case Parameter.Text bounded -> {
                if (text.isEmpty() || text.length() > bounded.maxLength()) {
                    throw CallerFault.invalid(pointer, "must have 1 to " + bounded.maxLength() + " characters");
                }
                yield text;
            }
            case Parameter.Choice choice -> {
                if (!choice.words().contains(text)) {
                    throw CallerFault.invalid(pointer, "must be one of " + String.join(", ", choice.words()));
                }
                yield text;
            }
            case Parameter.Whole whole -> wholeNumber(whole, text);
            case Parameter.Moment ignored ->
                Moments.parse(text)
                        .orElseThrow(() -> CallerFault.invalid(pointer, "must be a time such as " + Moments.EXAMPLE));
        };
    }

    private static int wholeNumber(Parameter.Whole whole, String text) {
        // At most nine digits, so that parseInt cannot overflow.
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= whole.min() && number <= whole.max()) {
                return number;
            }
        }
        throw CallerFault.invalid(
                "?" + whole.name(), "must be a whole number from " + whole.min() + " to " + whole.max());
    }
}
