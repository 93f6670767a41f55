package org.chancery.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.chancery.api.http.Problem.Blame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {

    record Inner(String email, @Nullable String name) {}

    record Sample(
            @Field(singleLine = true, maxLength = 10, notBlank = true)
            String label,

            @Nullable Integer turns,
            @Nullable Boolean draft,
            @Nullable Double score,
            @Nullable Instant at,
            byte @Nullable [] content,

            @Field(maxItems = 2) @Nullable List<Inner> to,

            @Field(maxLength = 5, singleLine = true) @Nullable
            Map<String, String> headers,

            @Field(oneOf = {"light", "agent"}) @Nullable String plane,

            @Field(min = 0, max = 9) @Nullable Integer digit,
            @Field(min = 0, max = 1) @Nullable Double share,
            @Nullable Object anything,
            @Field(notYet = true) @Nullable String later) {}

    private static Sample read(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), Sample.class);
    }

    private static HttpFault refused(String json) {
        return assertThrows(HttpFault.class, () -> read(json), json);
    }

    @Test
    void names_are_snake_case_and_absent_fields_are_null() {
        Sample sample = read("""
                {"label": "x", "turns": 3, "at": "2026-05-15T12:00:00+02:00", "content": "aGk=", "to": [{"email": "a@b"}],
                 "score": 5}""");

        assertEquals(3, sample.turns());
        assertEquals(Instant.parse("2026-05-15T10:00:00Z"), sample.at());
        assertEquals(
                "hi", new String(sample.content() == null ? new byte[0] : sample.content(), StandardCharsets.UTF_8));
        assertEquals(List.of(new Inner("a@b", null)), sample.to());
        assertEquals(5.0, sample.score());
        assertEquals(null, sample.draft());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{}                                          | /label     | is required",
                "{\"label\": null}                           | /label     | is required",
                "{\"label\": 5}                              | /label     | must be a text",
                "{\"label\": true}                           | /label     | must be a text",
                "{\"label\": 1.5}                            | /label     | must be a text",
                "{\"label\": []}                             | /label     | must be a text",
                "{\"label\": \" \"}                          | /label     | must not be blank",
                "{\"label\": \"12345678901\"}                | /label     | must have at most 10 characters",
                "{\"label\": \"a\\r\\nb\"}                   | /label     | must not contain line ends or other control characters",
                "{\"label\": \"a\\u0000b\"}                  | /label     | must not contain the character U+0000",
                "{\"label\": \"a\\ud800b\"}                  | /label     | must not contain half of a surrogate pair",
                "{\"label\": \"a\", \"turns\": \"1\"}        | /turns     | must be a whole number",
                "{\"label\": \"a\", \"turns\": 1.0}          | /turns     | must be a whole number",
                "{\"label\": \"a\", \"turns\": true}         | /turns     | must be a whole number",
                "{\"label\": \"a\", \"turns\": \"\"}         | /turns     | must be a whole number",
                "{\"label\": \"a\", \"draft\": \"true\"}     | /draft     | must be true or false",
                "{\"label\": \"a\", \"draft\": 1}            | /draft     | must be true or false",
                "{\"label\": \"a\", \"score\": \"5\"}        | /score     | must be a number",
                "{\"label\": \"a\", \"at\": 1778839200}      | /at        | must be a time such as 2026-05-15T10:00:00Z",
                "{\"label\": \"a\", \"at\": \"yesterday\"}   | /at        | must be a time such as 2026-05-15T10:00:00Z",
                "{\"label\": \"a\", \"at\": \"+10000-01-01T00:00:00Z\"} | /at | must be a time such as 2026-05-15T10:00:00Z",
                "{\"label\": \"a\", \"content\": \"*\"}      | /content   | must be base64",
                "{\"label\": \"a\", \"to\": {}}              | /to        | must be an array",
                "{\"label\": \"a\", \"to\": [\"a@b\"]}       | /to/0      | must be an object",
                "{\"label\": \"a\", \"to\": [null]}          | /to/0      | must not be null",
                "{\"label\": \"a\", \"to\": [{}]}            | /to/0/email | is required",
                "{\"label\": \"a\", \"to\": [{\"email\": \"a\"}, {\"email\": 1}]} | /to/1/email | must be a text",
                "{\"label\": \"a\", \"to\": [{\"email\": \"a\"}, {\"email\": \"a\"}, {\"email\": \"a\"}]} | /to | must have at most 2 elements",
                "{\"label\": \"a\", \"to\": [{\"email\": \"a\", \"nme\": \"b\"}]} | /to/0/nme | is unknown here; known are email, name",
                "{\"label\": \"a\", \"headers\": {\"X\": 1}} | /headers/X | must be a text",
                "{\"label\": \"a\", \"headers\": {\"a/b\": \"123456\"}} | /headers/a~1b | must have at most 5 characters",
                "{\"label\": \"a\", \"headers\": {\"X\": null}} | /headers/X | must not be null",
                "{\"label\": \"a\", \"plane\": \"heavy\"}    | /plane     | must be one of light, agent",
                "{\"label\": \"a\", \"share\": 1.001}        | /share     | must be from 0 to 1",
                "{\"label\": \"a\", \"share\": -0.001}       | /share     | must be from 0 to 1",
                "{\"label\": \"a\", \"share\": 1e999}        | /share     | must be from 0 to 1",
                "{\"label\": \"a\", \"digit\": 10}           | /digit     | must be from 0 to 9",
                "{\"label\": \"a\", \"later\": \"x\"}        | /later     | is not available yet",
            })
    void a_field_that_cannot_be_used_is_named(String json, String pointer, String message) {
        HttpFault fault = refused(json);

        assertEquals(422, fault.status());
        assertEquals(List.of(new Blame(pointer, null, message)), fault.errors());
    }

    record Change(
            @Field(maxLength = 5) Given<String> label,
            @Field(oneOf = {"light", "agent"}) Given<@Nullable String> plane,
            @Field(max = 9) Given<Integer> digit,
            @Field(maxItems = 1) Given<List<String>> names) {}

    private static Change change(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), Change.class);
    }

    @Test
    void a_change_tells_what_was_left_out_from_what_is_to_be_none() {
        Change change = change("{\"plane\": null, \"digit\": 3}");

        assertEquals(Given.absent(), change.label());
        assertEquals("as before", change.label().or("as before"));
        assertEquals(Given.of(null), change.plane());
        assertEquals(null, change.plane().orNullable("light"));
        assertEquals(3, change.digit().or(7));
        assertEquals(List.of("a"), change("{\"names\": [\"a\"]}").names().or(List.of()));
        assertEquals(new Change(Given.absent(), Given.absent(), Given.absent(), Given.absent()), change("{}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"label\": null}            | /label   | must not be null",
                "{\"label\": 5}               | /label   | must be a text",
                "{\"label\": \"123456\"}      | /label   | must have at most 5 characters",
                "{\"plane\": \"heavy\"}       | /plane   | must be one of light, agent",
                "{\"digit\": 1.5}             | /digit   | must be a whole number",
                "{\"digit\": 10}              | /digit   | must be from -9223372036854775808 to 9",
                "{\"names\": [\"a\", \"b\"]}  | /names   | must have at most 1 elements",
                "{\"names\": [null]}          | /names/0 | must not be null",
                "{\"names\": [1]}             | /names/0 | must be a text",
                "{\"names\": {}}              | /names   | must be an array",
                "{\"lable\": \"a\"}           | /lable   | is unknown here; known are digit, label, names, plane",
            })
    void what_is_given_in_a_change_is_checked_as_everywhere(String json, String pointer, String message) {
        HttpFault fault = assertThrows(HttpFault.class, () -> change(json), json);

        assertEquals(422, fault.status());
        assertEquals(List.of(new Blame(pointer, null, message)), fault.errors());
    }

    @Test
    void all_that_is_wrong_is_told_at_once() {
        HttpFault fault = refused("{\"plane\": \"heavy\", \"digit\": 10}");

        assertEquals(
                List.of("/label", "/plane", "/digit"),
                fault.errors().stream().map(Blame::pointer).toList());
    }

    @Test
    void an_unknown_field_is_never_silently_ignored() {
        HttpFault fault = refused("{\"label\": \"x\", \"lable\": \"y\"}");

        assertEquals(422, fault.status());
        assertEquals("/lable", fault.errors().getFirst().pointer());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {"null", "[]", "\"text\"", "5"})
    void the_body_is_an_object(String json) {
        HttpFault fault = refused(json);

        assertEquals(422, fault.status());
        assertEquals(List.of(new Blame("", null, "must be an object")), fault.errors());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{",
                "{\"label\": \"x\"",
                "{\"label\": \"x\",}",
                "{'label': 'x'}",
                "{\"label\": \"x\"} // comment",
                "{\"label\": NaN}",
                "{\"label\": \"x\"} {}",
                "{\"label\": \"x\"} x",
                "{\"label\": \"x\", \"label\": \"y\"}",
                "{\"label\": \"x\", \"to\": [{\"email\": \"a\", \"email\": \"b\"}]}",
                "{\"label\": \"x\", \"turns\": 01}",
            })
    void what_is_no_json_is_malformed(String json) {
        HttpFault fault = refused(json);

        assertEquals(400, fault.status(), fault.detail());
        assertEquals("malformed_json", fault.code());
    }

    @Test
    void white_space_alone_is_malformed() {
        HttpFault fault = refused(" \r\n");

        assertEquals(400, fault.status(), fault.detail());
        assertEquals("malformed_json", fault.code());
    }

    @Test
    void a_field_that_is_said_twice_is_named() {
        HttpFault fault = refused("{\"label\": \"x\", \"to\": [{\"email\": \"a\", \"email\": \"b\"}]}");

        assertEquals(List.of(new Blame("/to/0", null, "Duplicate field 'email'")), fault.errors());
    }

    @Test
    void invalid_utf_8_is_malformed() {
        byte[] body = "{\"label\": \"?\"}".getBytes(StandardCharsets.ISO_8859_1);
        body[11] = (byte) 0xe9;

        assertEquals(
                400,
                assertThrows(HttpFault.class, () -> Json.read(body, Sample.class))
                        .status());
    }

    @Test
    void nesting_is_bounded() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);

        assertEquals(
                400, refused("{\"label\": \"x\", \"anything\": " + deep + "}").status());
    }

    @Test
    void a_number_that_does_not_fit_is_refused() {
        assertEquals(
                "/turns",
                refused("{\"label\": \"x\", \"turns\": 99999999999}")
                        .errors()
                        .getFirst()
                        .pointer());
        assertEquals(
                400,
                refused("{\"label\": \"x\", \"turns\": " + "9".repeat(5000) + "}")
                        .status());
    }

    @Test
    void errors_are_bounded() {
        StringBuilder json = new StringBuilder("{\"label\": \"x\", \"headers\": {");
        for (int i = 0; i < 90; i++) {
            json.append("\"h").append(i).append("\": \"too long\",");
        }
        json.append("\"last\": \"x\"}}");

        assertEquals(20, refused(json.toString()).errors().size());
    }
}
