package org.chancery.mailets.host;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.james.transport.mailets.ToProcessor;

/** The names that a misspelt one may have meant. Looked up only once the start has failed. */
record KnownNames(List<String> names) {
    private static final int SUGGESTED = 3;

    static KnownNames ofMailets(OurMailets ours) {
        return new KnownNames(
                Stream.concat(ours.mailetNames(), stock("mailets").stream()).toList());
    }

    static KnownNames ofMatchers(OurMailets ours) {
        return new KnownNames(
                Stream.concat(ours.matcherNames(), stock("matchers").stream()).toList());
    }

    /** The end of an error message. */
    String suggest(String name) {
        String simple = name.substring(name.lastIndexOf('.') + 1);
        int far = Math.max(2, simple.length() / 3);
        List<String> near = names.stream()
                .filter(known -> distance(simple, known) <= far)
                .sorted(Comparator.comparingInt(known -> distance(simple, known)))
                .limit(SUGGESTED)
                .toList();
        return near.isEmpty()
                ? "; one that is neither ours nor James's has to be named with its package and be on the class path"
                : "; did you mean " + String.join(" or ", near) + "?";
    }

    /** What James's own jar has, read from the jar. */
    private static List<String> stock(String kind) {
        try {
            Path jar = Path.of(ToProcessor.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (FileSystem inside = FileSystems.newFileSystem(jar);
                    Stream<Path> files = Files.list(inside.getPath("org/apache/james/transport", kind))) {
                return files.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith(".class") && file.indexOf('$') < 0)
                        .map(file -> file.substring(0, file.length() - ".class".length()))
                        .toList();
            }
        } catch (IOException | URISyntaxException | RuntimeException noJarToLookInto) {
            return List.of();
        }
    }

    /** Levenshtein's distance; upper and lower case are the same. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
