package org.chancery.api.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.api.Http.Reply;
import org.chancery.api.TestServer;
import org.chancery.api.http.Access;
import org.chancery.api.http.Route;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "integer", "number", "boolean", "null");

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private static JsonNode document;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        document = server.http().get("/openapi.json", null).json();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void it_is_openapi_3_1_with_all_that_must_be_there() {
        assertTrue(document.get("openapi").asText().startsWith("3.1."));
        assertEquals("Chancery", document.get("info").get("title").asText());
        assertEquals("test", document.get("info").get("version").asText());
        assertEquals(
                "http", document.at("/components/securitySchemes/token/type").asText());
        assertEquals(
                "bearer",
                document.at("/components/securitySchemes/token/scheme").asText());
        assertTrue(Set.of("openapi", "info", "servers", "tags", "paths", "components")
                .containsAll(names(document)));
    }

    @Test
    void it_lists_every_route_and_nothing_else() {
        Set<String> served = new TreeSet<>();
        for (Route route : server.api().routes()) {
            served.add(route.method().name().toLowerCase(Locale.ROOT) + " " + route.path());
        }
        Set<String> listed = new TreeSet<>();
        document.get("paths")
                .fields()
                .forEachRemaining(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(method -> listed.add(method + " " + path.getKey())));

        assertEquals(served, listed);
    }

    @Test
    void every_path_listed_is_served() {
        document.get("paths").fieldNames().forEachRemaining(template -> {
            String path = template.replaceAll("\\{[a-z_]+}", "x_unknown");
            Reply reply = server.http().send("OPTIONS", path, null, null);
            assertEquals(405, reply.status(), path);
            Set<String> allowed =
                    Set.of(reply.header("Allow").toLowerCase(Locale.ROOT).split(", "));
            Set<String> listed = names(document.get("paths").get(template));
            assertTrue(allowed.containsAll(listed), path);
            assertEquals(listed.contains("get") ? listed.size() + 1 : listed.size(), allowed.size(), path);
        });
    }

    @Test
    void what_needs_no_token_answers_without_one_and_all_else_does_not() {
        for (Route route : server.api().routes()) {
            Reply reply =
                    server.http().send(route.method().name(), route.path().replaceAll("\\{[a-z_]+}", "x"), null, null);
            assertEquals(route.access() instanceof Access.Open, reply.status() != 401, route.path());
        }
    }

    @Test
    void operations_are_whole() {
        Set<String> ids = new HashSet<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                JsonNode operation = method.getValue();
                String where = method.getKey() + " " + path.getKey();
                assertTrue(ids.add(operation.get("operationId").asText()), where);
                assertTrue(operation.get("operationId").asText().matches("[a-z0-9_]+"), where);
                assertFalse(operation.get("summary").asText().isBlank(), where);
                assertTrue(operation.get("security").isArray(), where);
                assertEquals(1, operation.get("tags").size(), where);
                assertEquals(placeholders(path.getKey()), parametersIn(operation, "path"), where);
                checkParameters(operation, where);
                checkResponses(operation, where);
                if (operation.has("requestBody")) {
                    JsonNode content = operation.at("/requestBody/content");
                    assertTrue(
                            content.at("/application~1json/schema/$ref").isTextual()
                                    || content.at("/multipart~1form-data/schema/type")
                                            .isTextual(),
                            where);
                    assertTrue(operation.at("/requestBody/required").isBoolean(), where);
                }
            }
        }
    }

    private static Set<String> placeholders(String path) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\{([^}]+)}").matcher(path);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static Set<String> parametersIn(JsonNode operation, String place) {
        Set<String> names = new TreeSet<>();
        operation.path("parameters").forEach(parameter -> {
            if (parameter.get("in").asText().equals(place)) {
                names.add(parameter.get("name").asText());
            }
        });
        return names;
    }

    private static void checkParameters(JsonNode operation, String where) {
        Set<String> seen = new HashSet<>();
        for (JsonNode parameter : operation.path("parameters")) {
            String in = parameter.get("in").asText();
            assertTrue(Set.of("path", "query", "header").contains(in), where);
            assertTrue(seen.add(in + parameter.get("name").asText()), where);
            assertEquals(in.equals("path"), parameter.get("required").asBoolean(), where);
            assertTrue(parameter.get("schema").isObject(), where);
            assertFalse(parameter.get("description").asText().isBlank(), where);
        }
    }

    private static void checkResponses(JsonNode operation, String where) {
        JsonNode responses = operation.get("responses");
        assertTrue(names(responses).stream().anyMatch(status -> status.startsWith("2")), where);
        for (Map.Entry<String, JsonNode> response : responses.properties()) {
            assertTrue(response.getKey().matches("[2-5][0-9][0-9]"), where);
            assertFalse(response.getValue().get("description").asText().isBlank(), where);
            assertEquals(
                    response.getKey().equals("204") ? 0 : 1,
                    response.getValue().path("content").size(),
                    where);
        }
    }

    @Test
    void every_reference_leads_somewhere_and_no_schema_is_left_over() {
        Set<String> used = new TreeSet<>();
        for (JsonNode reference : document.findValues("$ref")) {
            String pointer = reference.asText();
            assertTrue(pointer.startsWith("#/"), pointer);
            assertFalse(document.at(pointer.substring(1)).isMissingNode(), pointer);
            used.add(pointer.substring(pointer.lastIndexOf('/') + 1));
        }

        assertEquals(names(document.at("/components/schemas")), used);
    }

    @Test
    void schemas_are_json_schemas() {
        for (Map.Entry<String, JsonNode> schema :
                document.at("/components/schemas").properties()) {
            assertEquals("object", schema.getValue().get("type").asText(), schema.getKey());
            Set<String> properties = names(schema.getValue().get("properties"));
            assertFalse(properties.isEmpty(), schema.getKey());
            schema.getValue()
                    .path("required")
                    .forEach(name -> assertTrue(properties.contains(name.asText()), schema.getKey()));
            for (JsonNode property : schema.getValue().get("properties")) {
                checkSchema(property, schema.getKey());
            }
        }
    }

    private static void checkSchema(JsonNode schema, String where) {
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            assertTrue(TYPES.contains(type.asText()), where);
        }
        type.forEach(one -> assertTrue(TYPES.contains(one.asText()), where));
        boolean array = type.toString().contains("\"array\"");
        assertEquals(array, schema.has("items"), where + ": " + schema);
        if (array) {
            checkSchema(schema.get("items"), where);
        }
        schema.path("anyOf").forEach(one -> checkSchema(one, where));
    }

    @Test
    void requests_tell_what_they_need_and_refuse_the_rest() {
        JsonNode token = document.at("/components/schemas/TokenRequest");

        assertEquals("[\"label\",\"scopes\"]", token.get("required").toString());
        assertFalse(token.get("additionalProperties").asBoolean());
        assertEquals(
                "[\"string\",\"null\"]", token.at("/properties/expires_at/type").toString());
        assertEquals(200, token.at("/properties/label/maxLength").asInt());
        assertEquals(
                "date-time",
                document.at("/components/schemas/MessageRequest/properties/send_at/format")
                        .asText());
    }

    @Test
    void answers_have_every_field() {
        JsonNode endpoint = document.at("/components/schemas/EndpointJson");

        assertEquals(endpoint.get("properties").size(), endpoint.get("required").size());
    }

    @Test
    void the_page_runs_its_own_script_and_nothing_else() {
        Reply page = server.http().get("/docs", null);

        assertEquals(200, page.status());
        assertEquals(
                "text/html;charset=utf-8",
                page.header("Content-Type").toLowerCase(Locale.ROOT).replace(" ", ""));
        String policy = page.header("Content-Security-Policy");
        assertTrue(policy.startsWith("default-src 'none'"), policy);
        assertTrue(policy.matches(".*script-src 'sha256-[A-Za-z0-9+/=]+'.*"), policy);
        assertTrue(policy.matches(".*style-src 'sha256-[A-Za-z0-9+/=]+'.*"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertFalse(page.text().contains("http://"), "nothing is fetched from elsewhere");
        assertFalse(page.text().contains("https://"), "nothing is fetched from elsewhere");
        assertFalse(page.text().contains(" style="), "styles in attributes would be refused");
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void features_are_tagged() {
        Set<String> tags = new TreeSet<>(document.get("tags").findValuesAsText("name"));

        assertEquals(
                new TreeSet<>(List.of(
                        "agents",
                        "approvals",
                        "audit",
                        "auth",
                        "email activity",
                        "email badge",
                        "email endpoints",
                        "email messages",
                        "email quarantine",
                        "email review",
                        "email workspace-mailbox",
                        "events",
                        "inboxes",
                        "labels",
                        "messages",
                        "model-usage",
                        "server",
                        "suppressions",
                        "tokens",
                        "users",
                        "whoami")),
                tags);
    }
}
