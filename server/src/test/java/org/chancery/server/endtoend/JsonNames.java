package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The names of all members of a JSON object: one too many is found as well as one that is missing. */
final class JsonNames {
    private JsonNames() {}

    /** In the order of the alphabet. */
    static List<String> of(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names.stream().sorted().toList();
    }

    static void are(JsonNode object, String... names) {
        assertEquals(Stream.of(names).sorted().toList(), of(object), object.toString());
    }

    /** Those names and some more. */
    static String[] with(String[] names, String... more) {
        return Stream.concat(Stream.of(names), Stream.of(more)).toArray(String[]::new);
    }
}
