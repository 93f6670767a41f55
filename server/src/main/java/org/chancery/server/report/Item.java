package org.chancery.server.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One record of expected results.
 *
 * @param place file and line, for messages
 */
record Item(JsonNode record, Corpus corpus, String place) {

    String id() {
        return text("id").orElse(place);
    }

    /** The project that the item comes from. */
    String source() {
        return text("set").orElse("unnamed");
    }

    boolean has(String field) {
        return record.has(field);
    }

    /** The field's text; empty where it is absent or null. */
    Optional<String> text(String field) {
        JsonNode value = record.path(field);
        return value.isNull() || value.isMissingNode() ? Optional.empty() : Optional.of(value.asText());
    }

    boolean flag(String field) {
        return record.path(field).asBoolean();
    }

    /** The texts of an array; none where it is absent or null. */
    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        record.path(field).forEach(value -> texts.add(value.asText()));
        return texts;
    }

    /** The file that the record is about. */
    byte[] octets() throws IOException {
        String input = text("input").orElseThrow(() -> new IOException("names no input"));
        try {
            return Files.readAllBytes(corpus.folder().resolve(input));
        } catch (InvalidPathException none) {
            throw new IOException("names no file: " + input, none);
        }
    }

    InputStream stream() throws IOException {
        return new ByteArrayInputStream(octets());
    }

    String inputText() throws IOException {
        return new String(octets(), StandardCharsets.UTF_8);
    }
}
