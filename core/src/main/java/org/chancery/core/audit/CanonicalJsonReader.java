package org.chancery.core.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads canonical JSON and nothing else: what it read is written again and compared, so that no two spellings of one tree
 * pass.
 */
final class CanonicalJsonReader {
    /** Far more than anything of ours has; deeper ones are somebody's attack on the stack. */
    private static final int MAX_DEPTH = 64;

    private final String json;
    private int at;

    private CanonicalJsonReader(String json) {
        this.json = json;
    }

    static Map<String, Object> readObject(String json) {
        CanonicalJsonReader reader = new CanonicalJsonReader(json);
        if (json.isEmpty() || json.charAt(0) != '{') {
            throw reader.broken();
        }
        Map<String, Object> read = reader.object(0);
        if (reader.at != json.length() || !CanonicalJson.write(read).equals(json)) {
            throw reader.broken();
        }
        return read;
    }

    private Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw broken();
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> list(depth);
            case '"' -> text();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        take('{');
        while (peek() != '}') {
            if (!object.isEmpty()) {
                take(',');
            }
            String key = text();
            take(':');
            object.put(key, value(depth + 1));
        }
        take('}');
        return object;
    }

    private List<Object> list(int depth) {
        List<Object> list = new ArrayList<>();
        take('[');
        while (peek() != ']') {
            if (!list.isEmpty()) {
                take(',');
            }
            list.add(value(depth + 1));
        }
        take(']');
        return list;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        take('"');
        while (peek() != '"') {
            char c = next();
            text.append(c == '\\' ? escaped() : c);
        }
        take('"');
        return text.toString();
    }

    private char escaped() {
        return switch (next()) {
            case '"' -> '"';
            case '\\' -> '\\';
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'f' -> '\f';
            case 'r' -> '\r';
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    code = code * 16 + Math.max(Character.digit(next(), 16), 0);
                }
                yield (char) code;
            }
            default -> throw broken();
        };
    }

    private Object word(String word, Object meaning) {
        if (!json.startsWith(word, at)) {
            throw broken();
        }
        at += word.length();
        return meaning;
    }

    /** All whole numbers are given as long. */
    private Long number() {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        while (at < json.length() && json.charAt(at) >= '0' && json.charAt(at) <= '9') {
            at++;
        }
        try {
            return Long.valueOf(json.substring(start, at));
        } catch (NumberFormatException none) {
            throw broken();
        }
    }

    private char peek() {
        if (at == json.length()) {
            throw broken();
        }
        return json.charAt(at);
    }

    private char next() {
        char c = peek();
        at++;
        return c;
    }

    private void take(char wanted) {
        if (next() != wanted) {
            throw broken();
        }
    }

    private IllegalArgumentException broken() {
        return new IllegalArgumentException("no canonical JSON at character " + at);
    }
}
