package org.chancery.core.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Words of many languages that come with the program: sections begin with {@code ==}, then an entry
 * a line; comments begin with {@code #}. */
public final class WordLists {
    private final Map<String, List<String>> sections;

    private WordLists(Map<String, List<String>> sections) {
        this.sections = sections;
    }

    /** Reads a file that lies beside this class. */
    static WordLists read(String file) {
        return read(WordLists.class, file);
    }

    /** Reads a file that lies beside that class. */
    public static WordLists read(Class<?> owner, String file) {
        Map<String, List<String>> sections = new HashMap<>();
        List<String> section = new ArrayList<>();
        for (String line : load(owner, file).lines().map(String::strip).toList()) {
            if (line.startsWith("== ")) {
                section = new ArrayList<>();
                sections.put(line.substring(3), section);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                section.add(line);
            }
        }
        return new WordLists(sections);
    }

    /** A section's entries in their order. */
    public List<String> list(String section) {
        List<String> entries = sections.get(section);
        if (entries == null) {
            throw new IllegalStateException("no section " + section);
        }
        return List.copyOf(entries);
    }

    public Set<String> set(String section) {
        return Set.copyOf(list(section));
    }

    private static String load(Class<?> owner, String file) {
        try (InputStream in = owner.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
