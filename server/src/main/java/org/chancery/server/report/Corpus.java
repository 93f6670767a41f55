package org.chancery.server.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A folder of mail with what is expected of its readers; it lies outside the product and is only read. */
record Corpus(Path folder) {
    private static final Pattern TRUTH = Pattern.compile("([a-z0-9_]+)\\.([A-Za-z0-9_-]+)\\.jsonl");
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One file of expected results.
     *
     * @param split which part of the set it is, such as {@code dev}
     */
    record Truth(String capability, String split, Path file) {}

    /**
     * What could be read of such a file.
     *
     * @param unreadable a line for each record that is none: where, and why
     */
    record Records(List<Item> items, List<String> unreadable) {}

    boolean exists() {
        return Files.isDirectory(groundTruth());
    }

    Path groundTruth() {
        return folder.resolve("ground_truth");
    }

    /** The files of expected results, by name. */
    List<Truth> truths() throws IOException {
        List<Truth> truths = new ArrayList<>();
        try (Stream<Path> files = Files.list(groundTruth())) {
            for (Path file : files.sorted().toList()) {
                Matcher name = TRUTH.matcher(file.getFileName().toString());
                if (name.matches()) {
                    truths.add(new Truth(name.group(1), name.group(2), file));
                }
            }
        }
        return truths;
    }

    Records read(Truth truth) throws IOException {
        List<Item> items = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        List<String> lines = Files.readAllLines(truth.file());
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            String place = truth.file().getFileName() + ":" + (i + 1);
            try {
                JsonNode record = JSON.readTree(lines.get(i));
                if (record.isObject()) {
                    items.add(new Item(record, this, place));
                } else {
                    unreadable.add(place + ": no JSON object");
                }
            } catch (JsonProcessingException broken) {
                unreadable.add(place + ": no JSON (" + broken.getOriginalMessage() + ")");
            }
        }
        return new Records(items, unreadable);
    }
}
