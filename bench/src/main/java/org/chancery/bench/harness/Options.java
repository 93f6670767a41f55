package org.chancery.bench.harness;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was set on the command line, and the defaults of the rest. */
public final class Options {
    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = values;
    }

    public static Options parse(List<Option> known, List<String> arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        known.forEach(option -> values.put(option.name(), option.defaultText()));
        for (int i = 0; i < arguments.size(); i += 2) {
            String name = arguments.get(i).replaceFirst("^--", "");
            if (!arguments.get(i).startsWith("--") || !values.containsKey(name)) {
                throw new IllegalArgumentException("there is no option " + arguments.get(i) + ", only "
                        + String.join(
                                ", ",
                                values.keySet().stream().map(one -> "--" + one).toList()) + ".");
            }
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException("--" + name + " needs a value.");
            }
            values.put(name, arguments.get(i + 1));
        }
        return new Options(values);
    }

    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("the benchmark does not know its option " + name);
        }
        return value;
    }

    /** The words of a comma-separated value. */
    public List<String> words(String name) {
        return Arrays.stream(text(name).split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    public int number(String name) {
        return Integer.parseInt(text(name));
    }

    public List<Integer> numbers(String name) {
        return words(name).stream().map(Integer::valueOf).toList();
    }

    /** Everything, for the report. */
    public Map<String, String> all() {
        return Map.copyOf(values);
    }

    @Override
    public String toString() {
        return String.join(
                " ",
                values.entrySet().stream()
                        .map(entry -> "--" + entry.getKey() + " " + entry.getValue())
                        .toList());
    }
}
