package org.chancery.mailets.authentication;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.ZoneDns;

/** The mail corpus beside the project, which is used from where it lies and never copied into it. */
final class Corpus {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;

    private Corpus(Path root) {
        this.root = root;
    }

    /** Where {@code CHANCERY_CORPUS} points, else {@code ../shared/corpus} beside the checkout. */
    static Optional<Corpus> find() {
        List<Path> places = new ArrayList<>();
        String variable = System.getenv("CHANCERY_CORPUS");
        if (variable != null) {
            places.add(Path.of(variable));
        }
        places.add(Path.of("").toAbsolutePath().resolve("../../shared/corpus").normalize());
        return places.stream()
                .filter(place -> Files.isDirectory(place.resolve("ground_truth")))
                .map(Corpus::new)
                .findFirst();
    }

    List<JsonNode> truth(String name) throws IOException {
        List<JsonNode> items = new ArrayList<>();
        for (String line : Files.readAllLines(root.resolve("ground_truth").resolve(name + ".dev.jsonl"))) {
            items.add(JSON.readTree(line));
        }
        return items;
    }

    byte[] read(String file) throws IOException {
        return Files.readAllBytes(root.resolve(file));
    }

    /** The zone that an item of the SPF suite brings, in the words of that suite. */
    static ZoneDns zone(JsonNode zonedata) {
        ZoneDns zone = new ZoneDns();
        zonedata.properties().forEach(entry -> {
            String name = entry.getKey();
            List<JsonNode> records =
                    StreamSupport.stream(entry.getValue().spliterator(), false).toList();
            boolean hasText = records.stream().anyMatch(record -> record.has("TXT"));
            for (JsonNode record : records) {
                if (record.isTextual()) {
                    zone.silent(name);
                } else {
                    add(zone, name, record, hasText);
                }
            }
        });
        return zone;
    }

    private static void add(ZoneDns zone, String name, JsonNode record, boolean hasText) {
        String type = record.fieldNames().next();
        JsonNode value = record.get(type);
        switch (type) {
            case "SPF" -> {
                // The suite is older than RFC 7208: without TXT records, what it calls SPF is meant.
                if (!hasText) {
                    zone.add(name, Type.TXT, text(value));
                }
            }
            case "TXT" -> {
                if (!text(value).equals("NONE")) {
                    zone.add(name, Type.TXT, text(value));
                }
            }
            case "MX" -> zone.add(name, Type.MX, value.get(1).asText());
            case "CNAME" -> zone.alias(name, value.asText());
            default -> zone.add(name, Type.valueOf(type), value.asText());
        }
    }

    private static String text(JsonNode value) {
        if (value.isTextual()) {
            return value.asText();
        }
        StringBuilder joined = new StringBuilder();
        value.forEach(string -> joined.append(string.asText()));
        return joined.toString();
    }
}
