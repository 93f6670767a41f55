package org.chancery.core.audit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON in the one way of RFC 8785 in which a tree can be written, so that its hash can be computed anew by anybody. Of its
 * numbers only whole ones that every JSON reader keeps (within 2<sup>53</sup>): no fraction is ever written.
 *
 * <p>Here, in the core, because the bytes themselves are what the record promises; no library is to change them.
 */
public final class CanonicalJson {
    /** ECMAScript's Number.MAX_SAFE_INTEGER (RFC 7493 §2.2). */
    static final long MAX_NUMBER = (1L << 53) - 1;

    private CanonicalJson() {}

    /** Writes a tree of texts, whole numbers, booleans, lists and maps with texts for keys. */
    public static String write(Object tree) {
        StringBuilder json = new StringBuilder();
        write(json, tree);
        return json.toString();
    }

    /** Writes a text with its quotation marks. Half a surrogate pair, which is no character, becomes U+FFFD. */
    public static String text(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2);
        write(json, text);
        return json.toString();
    }

    /**
     * Reads an object that {@link #write} wrote.
     *
     * @throws IllegalArgumentException where it is anything else, or the same in other words
     */
    public static Map<String, Object> readObject(String json) {
        return CanonicalJsonReader.readObject(json);
    }

    private static void write(StringBuilder json, Object tree) {
        switch (tree) {
            case String text -> writeText(json, text);
            case Boolean flag -> json.append(flag.booleanValue());
            case Integer number -> json.append(number.intValue());
            case Long number -> {
                if (Math.abs(number) > MAX_NUMBER) {
                    throw new IllegalArgumentException("a number that not every reader of JSON keeps: " + number);
                }
                json.append(number.longValue());
            }
            case List<?> list -> {
                String before = "[";
                for (Object element : list) {
                    json.append(before);
                    write(json, element);
                    before = ",";
                }
                json.append(list.isEmpty() ? "[]" : "]");
            }
            case Map<?, ?> map -> writeObject(json, map);
            default -> throw new IllegalArgumentException("no part of a canonical tree: " + tree.getClass());
        }
    }

    private static void writeObject(StringBuilder json, Map<?, ?> map) {
        // RFC 8785 §3.2.3: by UTF-16 code units, as Java compares texts.
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put((String) key, value));
        json.append('{');
        String before = "";
        for (Map.Entry<String, Object> entry : sorted.entrySet()) {
            json.append(before);
            writeText(json, entry.getKey());
            json.append(':');
            write(json, entry.getValue());
            before = ",";
        }
        json.append('}');
    }

    /** RFC 8785 §3.2.2.2. */
    private static void writeText(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\b' -> json.append("\\b");
                case '\t' -> json.append("\\t");
                case '\n' -> json.append("\\n");
                case '\f' -> json.append("\\f");
                case '\r' -> json.append("\\r");
                default -> {
                    if (c < ' ') {
                        json.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else if (!Character.isSurrogate(c)) {
                        json.append(c);
                    } else if (isPair(text, i)) {
                        json.append(c).append(text.charAt(++i));
                    } else {
                        json.append('\uFFFD');
                    }
                }
            }
        }
        json.append('"');
    }

    private static boolean isPair(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }
}
