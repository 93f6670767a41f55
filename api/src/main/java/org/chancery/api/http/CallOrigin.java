package org.chancery.api.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.api.http.Call.Caller;
import org.chancery.core.access.ClientNetwork;
import org.jspecify.annotations.Nullable;

/**
 * From where a call comes: what limits are counted for. A client can write into its request what it likes; each proxy adds at the end of
 * the fields whom it had the request from. So they are read from the end, as far as trusted proxies wrote them.
 *
 * <p>Standards: RFC 7239; {@code X-Forwarded-For} and {@code X-Forwarded-Proto} by custom.
 *
 * <p>Trusts: {@link TrustedProxies}.
 */
record CallOrigin(TrustedProxies proxies) {
    private static final String FORWARDED = "Forwarded";
    private static final String X_FORWARDED_FOR = "X-Forwarded-For";
    private static final String X_FORWARDED_PROTO = "X-Forwarded-Proto";

    /** RFC 7239 §4: {@code for=192.0.2.43;proto=https, for="[2001:db8::1]:4711"}. */
    private static final Pattern PAIR = Pattern.compile(
            "\\G[ \\t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)|\"((?:[^\"\\\\]|\\\\.)*+)\")[ \\t]*(;|,|$)");

    private static final Pattern BRACKETED = Pattern.compile("\\[([^\\]]+)\\](?::.*)?");
    private static final Pattern WITH_PORT = Pattern.compile("([0-9.]+):\\d+");

    /**
     * Where it comes from.
     *
     * @param peer who is connected to us
     * @param fields the values of all header fields of a name, as they came
     */
    Caller caller(InetAddress peer, Function<String, List<String>> fields) {
        if (!proxies.contains(peer)) {
            return new Caller(ClientNetwork.of(peer), false);
        }
        List<String> named = elements(fields.apply(X_FORWARDED_FOR));
        List<Map<String, String>> forwarded = forwarded(fields.apply(FORWARDED));
        Optional<InetAddress> byCustom = named.isEmpty() ? Optional.empty() : Optional.of(client(peer, named));
        Optional<InetAddress> byStandard = forwarded.isEmpty()
                ? Optional.empty()
                : Optional.of(client(
                        peer,
                        forwarded.stream()
                                .map(element -> element.getOrDefault("for", ""))
                                .toList()));
        return new Caller(
                ClientNetwork.of(agreed(peer, byCustom, byStandard)),
                isTls(elements(fields.apply(X_FORWARDED_PROTO)), forwarded));
    }

    /** Most proxies write one of the two fields and let the other one through: where they differ, one is the client's own. */
    private static InetAddress agreed(InetAddress peer, Optional<InetAddress> one, Optional<InetAddress> other) {
        if (one.isPresent() && other.isPresent()) {
            return one.equals(other) ? one.get() : peer;
        }
        return one.or(() -> other).orElse(peer);
    }

    private InetAddress client(InetAddress peer, List<String> hops) {
        InetAddress nearest = peer;
        for (String hop : hops.reversed()) {
            Optional<InetAddress> before = address(hop);
            if (before.isEmpty()) {
                // A trusted proxy does not say, or not in a way that we read; what stands before it anybody may have
                // written.
                return nearest;
            }
            nearest = before.get();
            if (!proxies.contains(nearest)) {
                return nearest;
            }
        }
        return nearest;
    }

    private static boolean isTls(List<String> byCustom, List<Map<String, String>> forwarded) {
        String nearest = !byCustom.isEmpty()
                ? byCustom.getLast()
                : forwarded.isEmpty() ? "" : forwarded.getLast().getOrDefault("proto", "");
        return "https".equalsIgnoreCase(nearest);
    }

    /** An address, with or without a port: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}, {@code 2001:db8::1}. */
    private static Optional<InetAddress> address(String hop) {
        Matcher bracketed = BRACKETED.matcher(hop);
        if (bracketed.matches()) {
            return TrustedProxies.address(bracketed.group(1));
        }
        Matcher withPort = WITH_PORT.matcher(hop);
        return TrustedProxies.address(withPort.matches() ? withPort.group(1) : hop);
    }

    private static List<String> elements(List<String> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }

    /** The elements of all fields; a single one that says nothing where they cannot be read. */
    private static List<Map<String, String>> forwarded(List<String> values) {
        List<Map<String, String>> elements = new ArrayList<>();
        for (String value : values) {
            List<Map<String, String>> read = forwarded(value);
            if (read == null) {
                return List.of(Map.of());
            }
            elements.addAll(read);
        }
        return elements;
    }

    private static @Nullable List<Map<String, String>> forwarded(String value) {
        List<Map<String, String>> elements = new ArrayList<>();
        Map<String, String> element = new HashMap<>();
        Matcher pair = PAIR.matcher(value);
        int end = 0;
        while (end < value.length() && pair.find()) {
            String quoted = pair.group(3);
            element.put(
                    pair.group(1).toLowerCase(Locale.ROOT),
                    quoted == null ? pair.group(2) : quoted.replaceAll("\\\\(.)", "$1"));
            end = pair.end();
            if (!pair.group(4).equals(";")) {
                elements.add(element);
                element = new HashMap<>();
            }
        }
        return end == value.length() && element.isEmpty() ? elements : null;
    }
}
