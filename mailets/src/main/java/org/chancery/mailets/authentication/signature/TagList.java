package org.chancery.mailets.authentication.signature;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Tags and their values: {@code a=b; c=d} (RFC 6376 §3.2). Names are compared with case; none may stand there twice. */
record TagList(Map<String, String> tags) {

    TagList {
        tags = Map.copyOf(tags);
    }

    /** Reads a list with its folding, one character for each octet. */
    static TagList parse(String text) throws BadSignature {
        Map<String, String> tags = new LinkedHashMap<>();
        String[] specs = text.split(";", -1);
        for (int i = 0; i < specs.length; i++) {
            String spec = specs[i].strip();
            if (spec.isEmpty() && i == specs.length - 1) {
                break; // a semicolon may end the list
            }
            int equals = spec.indexOf('=');
            String name = equals < 0 ? "" : spec.substring(0, equals).strip();
            String value = spec.substring(equals + 1).strip();
            if (!isName(name) || !isValue(value)) {
                throw BadSignature.unreadable("its tags cannot be read");
            }
            if (tags.put(name, value) != null) {
                throw BadSignature.unreadable("the tag " + name + "= stands there twice");
            }
        }
        return new TagList(tags);
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && isAlpha(name.charAt(0))
                && name.chars().allMatch(c -> isAlpha(c) || (c >= '0' && c <= '9') || c == '_');
    }

    private static boolean isAlpha(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    // Octets beyond ASCII: RFC 8616 lets UTF-8 stand in values.
    private static boolean isValue(String value) {
        return value.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\t' || c == '\r' || c == '\n');
    }

    /** The value, its white space as it stands; empty where there is no such tag. */
    Optional<String> get(String name) {
        return Optional.ofNullable(tags.get(name));
    }

    /** The value of a tag that has to be there and to say something. */
    String require(String name) throws BadSignature {
        String value = tags.get(name);
        if (value == null || value.isEmpty()) {
            throw BadSignature.unreadable("the tag " + name + "= is missing");
        }
        return value;
    }

    /** The same where folding may stand anywhere, as in base64. */
    String requireJoined(String name) throws BadSignature {
        return joined(require(name));
    }

    static String joined(String value) {
        StringBuilder joined = new StringBuilder(value.length());
        value.chars().filter(c -> c > ' ').forEach(c -> joined.append((char) c));
        return joined.toString();
    }
}
