package org.chancery.mailets.authentication.spf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.jspecify.annotations.Nullable;

/**
 * A record as a domain publishes it (RFC 7208 §4.5, §5, §6, §12). An error anywhere in it makes the whole of no use (§4.6), so
 * all of it is read before any of it is evaluated.
 */
record SpfRecord(
        List<Directive> directives,
        @Nullable MacroString redirect,
        @Nullable MacroString explanation) {
    private static final String VERSION = "v=spf1";
    private static final int IP4_BITS = 32;
    private static final int IP6_BITS = 128;

    private static final String LENGTH4 = "(?:/(0|[1-9][0-9]?))?";
    private static final Pattern DUAL_LENGTH = Pattern.compile(LENGTH4 + "(?://(0|[1-9][0-9]{0,2}))?$");
    private static final Pattern IP4_NETWORK = Pattern.compile("([0-9.]{7,15})" + LENGTH4);
    private static final Pattern IP6_NETWORK = Pattern.compile("([0-9A-Fa-f:.]{2,45})(?:/(0|[1-9][0-9]{0,2}))?");

    /**
     * One mechanism with what it means when it matches.
     *
     * @param text as published
     */
    record Directive(Result result, Mechanism mechanism, String text) {}

    /** What the client is compared with. A domain that is null is the one whose record it is. */
    sealed interface Mechanism {
        record All() implements Mechanism {}

        record Include(MacroString domain) implements Mechanism {}

        record A(@Nullable MacroString domain, int bits4, int bits6) implements Mechanism {}

        record Mx(@Nullable MacroString domain, int bits4, int bits6) implements Mechanism {}

        record Ptr(@Nullable MacroString domain) implements Mechanism {}

        record Network(Address address, int bits) implements Mechanism {}

        record Exists(MacroString domain) implements Mechanism {}
    }

    SpfRecord {
        directives = List.copyOf(directives);
    }

    /** Whether a TXT record is one of SPF (§4.5). */
    static boolean isSpf(String text) {
        boolean hasVersion = text.regionMatches(true, 0, VERSION, 0, VERSION.length());
        return hasVersion && (text.length() == VERSION.length() || text.charAt(VERSION.length()) == ' ');
    }

    static SpfRecord parse(String text) throws SpfEnd {
        List<Directive> directives = new ArrayList<>();
        Map<String, MacroString> modifiers = new HashMap<>();
        for (String term : text.substring(VERSION.length()).split(" ")) {
            if (term.isEmpty()) {
                continue;
            }
            int equals = endOfName(term);
            if (equals < term.length() && term.charAt(equals) == '=') {
                modifier(term.substring(0, equals), term.substring(equals + 1), modifiers);
            } else {
                directives.add(directive(term));
            }
        }
        return new SpfRecord(directives, modifiers.get("redirect"), modifiers.get("exp"));
    }

    /** §6: the modifiers that we know may stand there once. */
    private static void modifier(String name, String value, Map<String, MacroString> known) throws SpfEnd {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!lower.equals("redirect") && !lower.equals("exp")) {
            MacroString.ofUnknown(value);
        } else if (known.put(lower, MacroString.domain(value)) != null) {
            throw SpfEnd.permanent(lower + "= stands there twice");
        }
    }

    // name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
    private static int endOfName(String term) {
        int i = 0;
        while (i < term.length() && isNameSign(term.charAt(i), i)) {
            i++;
        }
        return i == 0 ? term.length() : i;
    }

    private static boolean isNameSign(char c, int at) {
        return MacroString.isAlpha(c) || (at > 0 && (MacroString.isDigit(c) || c == '-' || c == '_' || c == '.'));
    }

    private static Directive directive(String term) throws SpfEnd {
        Result result = switch (term.charAt(0)) {
            case '-' -> Result.FAIL;
            case '~' -> Result.SOFTFAIL;
            case '?' -> Result.NEUTRAL;
            default -> Result.PASS;
        };
        boolean isQualified = result != Result.PASS || term.charAt(0) == '+';
        return new Directive(result, mechanism(isQualified ? term.substring(1) : term), term);
    }

    private static Mechanism mechanism(String text) throws SpfEnd {
        int end = 0;
        while (end < text.length() && text.charAt(end) != ':' && text.charAt(end) != '/') {
            end++;
        }
        String rest = text.substring(end);
        return switch (text.substring(0, end).toLowerCase(Locale.ROOT)) {
            case "all" -> {
                requireEmpty(rest, text);
                yield new Mechanism.All();
            }
            case "include" -> new Mechanism.Include(domain(rest, text));
            case "exists" -> new Mechanism.Exists(domain(rest, text));
            case "ptr" -> new Mechanism.Ptr(rest.isEmpty() ? null : domain(rest, text));
            case "a" -> {
                Dual dual = Dual.of(rest, text);
                yield new Mechanism.A(dual.domain(), dual.bits4(), dual.bits6());
            }
            case "mx" -> {
                Dual dual = Dual.of(rest, text);
                yield new Mechanism.Mx(dual.domain(), dual.bits4(), dual.bits6());
            }
            case "ip4" -> network(rest, text, IP4_NETWORK, IP4_BITS);
            case "ip6" -> network(rest, text, IP6_NETWORK, IP6_BITS);
            default -> throw SpfEnd.permanent("an unknown mechanism: " + text);
        };
    }

    private static void requireEmpty(String rest, String text) throws SpfEnd {
        if (!rest.isEmpty()) {
            throw SpfEnd.permanent("more than the mechanism can have: " + text);
        }
    }

    private static MacroString domain(String rest, String text) throws SpfEnd {
        if (!rest.startsWith(":")) {
            throw SpfEnd.permanent("the domain is missing: " + text);
        }
        return MacroString.domain(rest.substring(1));
    }

    private static Mechanism network(String rest, String text, Pattern form, int width) throws SpfEnd {
        Matcher matcher = form.matcher(rest.startsWith(":") ? rest.substring(1) : "");
        Address address = matcher.matches() ? Address.parse(matcher.group(1)) : null;
        if (address == null || address.width() != width) {
            throw SpfEnd.permanent("no network: " + text);
        }
        return new Mechanism.Network(address, bits(matcher.group(2), width, text));
    }

    private static int bits(@Nullable String digits, int width, String text) throws SpfEnd {
        int bits = digits == null ? width : Integer.parseInt(digits);
        if (bits > width) {
            throw SpfEnd.permanent("no such length: " + text);
        }
        return bits;
    }

    /** What may follow {@code a} and {@code mx}: a domain and the lengths of both kinds of networks. */
    private record Dual(@Nullable MacroString domain, int bits4, int bits6) {

        static Dual of(String rest, String text) throws SpfEnd {
            Matcher lengths = DUAL_LENGTH.matcher(rest);
            int end = lengths.find() ? lengths.start() : rest.length();
            String name = rest.substring(0, end);
            return new Dual(
                    name.isEmpty() ? null : SpfRecord.domain(name, text),
                    bits(lengths.group(1), IP4_BITS, text),
                    bits(lengths.group(2), IP6_BITS, text));
        }
    }

    /** §6.1: whether {@code redirect} counts, which it does not beside {@code all}. */
    boolean hasAll() {
        return directives.stream().anyMatch(directive -> directive.mechanism() instanceof Mechanism.All);
    }
}
