package org.chancery.core.mail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The mail corpus beside the project, which is used from where it lies and never copied into it. */
final class CorpusFiles {
    private final Path root;

    private CorpusFiles(Path root) {
        this.root = root;
    }

    /**
     * Where {@code CHANCERY_CORPUS} points, else {@code ../shared/corpus} beside the checkout; empty where there is
     * none.
     */
    static Optional<CorpusFiles> find() {
        List<Path> places = new ArrayList<>();
        String variable = System.getenv("CHANCERY_CORPUS");
        if (variable != null) {
            places.add(Path.of(variable));
        }
        String home = System.getProperty("chancery.home");
        Path checkout = home == null ? Path.of("").toAbsolutePath().resolve("..") : Path.of(home);
        places.add(checkout.resolve("../shared/corpus").normalize());
        return places.stream()
                .filter(place -> Files.isDirectory(place.resolve("ground_truth")))
                .map(CorpusFiles::new)
                .findFirst();
    }

    /** The records of one file of expected results. */
    List<Map<String, @Nullable Object>> truth(String name) throws IOException {
        return Files.readAllLines(root.resolve("ground_truth").resolve(name + ".dev.jsonl")).stream()
                .filter(line -> !line.isBlank())
                .map(CorpusFiles::record)
                .toList();
    }

    byte[] read(@Nullable Object file) throws IOException {
        return Files.readAllBytes(root.resolve(String.valueOf(file)));
    }

    /** Every file there is, mail or not. */
    List<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("dev"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> record(String line) {
        Object value = new Json(line).value();
        if (value instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw new UncheckedIOException(new IOException("no JSON object: " + line));
    }

    /** As much of JSON as the records need; core has no JSON library. */
    private static final class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        @Nullable
        Object value() {
            skip();
            return switch (text.charAt(at)) {
                case '{' -> object();
                case '[' -> array();
                case '"' -> string();
                default -> literal();
            };
        }

        private Map<String, @Nullable Object> object() {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            at++;
            for (skip(); text.charAt(at) != '}'; skip()) {
                String key = string();
                map.put(key, value());
            }
            at++;
            return map;
        }

        private List<@Nullable Object> array() {
            List<@Nullable Object> list = new ArrayList<>();
            at++;
            for (skip(); text.charAt(at) != ']'; skip()) {
                list.add(value());
            }
            at++;
            return list;
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                char c = text.charAt(at);
                if (c == '\\') {
                    c = text.charAt(++at);
                    switch (c) {
                        case 'n' -> c = '\n';
                        case 't' -> c = '\t';
                        case 'r' -> c = '\r';
                        case 'b' -> c = '\b';
                        case 'f' -> c = '\f';
                        case 'u' -> {
                            c = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
                            at += 4;
                        }
                        default -> {}
                    }
                }
                string.append(c);
            }
            at++;
            return string.toString();
        }

        private @Nullable Object literal() {
            int start = at;
            while (at < text.length() && ",]} ".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            String word = text.substring(start, at);
            return switch (word) {
                case "null" -> null;
                case "true" -> true;
                case "false" -> false;
                default -> Double.valueOf(word);
            };
        }

        // Commas and colons say nothing that the order does not.
        private void skip() {
            while (at < text.length() && " \n\t,:".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
