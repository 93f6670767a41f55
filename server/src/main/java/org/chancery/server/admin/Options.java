package org.chancery.server.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options of the form {@code --name value}. */
record Options(Map<String, String> values) {

    static Options read(List<String> words, String... known) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            String name = words.get(i).startsWith("--") ? words.get(i).substring(2) : "";
            if (!List.of(known).contains(name)) {
                throw new IllegalArgumentException(
                        "unknown option " + words.get(i) + "; known: --" + String.join(", --", known));
            }
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException("--" + name + " needs a value");
            }
            values.put(name, words.get(i + 1));
        }
        return new Options(values);
    }

    String required(String name) {
        String value = values.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("--" + name + " is needed");
        }
        return value;
    }

    String optional(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise, int most) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // falls through to the explanation
        }
        throw new IllegalArgumentException("--" + name + " must be a whole number from 1 to " + most);
    }
}
