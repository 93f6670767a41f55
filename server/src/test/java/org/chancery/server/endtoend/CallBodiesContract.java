package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.junit.jupiter.api.Test;

/** What each call of the API says of a request that it cannot read, and of methods that its path does not take. Run on each database. */
interface CallBodiesContract {
    List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

    RunningServer server();

    private static Stream<ApiCall> takingJson() {
        return ApiCall.ALL.stream().filter(ApiCall::takesJson);
    }

    private static String problem(Answer answer) {
        return answer.status() + " " + answer.code() + " " + answer.place();
    }

    @Test
    default void a_field_that_a_call_does_not_know_is_422_names_it_and_nothing_changes() {
        Furnished acme = Furnished.on(server());
        String before = acme.everything();
        takingJson().forEach(call -> {
            String json = call.filledBody(acme.ids());
            for (String unknown : List.of("\"no_such_field\": 1", "\"no_such_field\": null")) {
                String more = "{" + unknown + (json.equals("{}") ? "}" : ", " + json.substring(1));
                Answer refused = call.with(more, acme.caller(call), acme.ids());
                assertEquals("422 invalid /no_such_field", problem(refused), call.toString());
            }
        });
        acme.goesOnAs(before);
    }

    /** Where a field is an object itself. */
    @Test
    default void an_unknown_field_within_another_is_named_with_its_place() {
        Furnished acme = Furnished.on(server());
        String before = acme.everything();
        Map.of(
                        "{\"to\": [{\"email\": \"a@elsewhere.example\"}, {\"email\": \"b@elsewhere.example\", \"phone\": 1}]}",
                        "/to/1/phone",
                        "{\"attachments\": [{\"filename\": \"a\", \"size\": 1}]}",
                        "/attachments/0/size")
                .forEach((json, place) -> assertEquals(
                        "422 invalid " + place, problem(acme.place().owner.post("/v1/messages/", json)), json));
        assertEquals(
                "422 invalid /edits/to",
                problem(acme.place()
                        .owner
                        .post(Approvals.item(acme.id("approval")) + "approve/", "{\"edits\": {\"to\": \"x\"}}")));
        acme.goesOnAs(before);
    }

    @Test
    default void what_is_no_json_is_400_and_nothing_changes() {
        Furnished acme = Furnished.on(server());
        String before = acme.everything();
        takingJson().forEach(call -> {
            String json = call.filledBody(acme.ids());
            for (String malformed : List.of(
                    "nonsense",
                    json.substring(0, json.length() - 1),
                    json + "}",
                    "{\"a\" 1}",
                    "<a/>",
                    " ",
                    "{'a': 1}")) {
                Answer refused = call.with(malformed, acme.caller(call), acme.ids());
                assertEquals(
                        "400 malformed_json", refused.status() + " " + refused.code(), call + " with " + malformed);
            }
        });
        acme.goesOnAs(before);
    }

    @Test
    default void json_that_is_no_object_is_422_and_nothing_changes() {
        Furnished acme = Furnished.on(server());
        String before = acme.everything();
        takingJson().forEach(call -> {
            for (String other : List.of("[]", "null", "1", "\"text\"", "true")) {
                Answer refused = call.with(other, acme.caller(call), acme.ids());
                assertEquals("422 invalid", refused.status() + " " + refused.code(), call + " with " + other);
            }
        });
        acme.goesOnAs(before);
    }

    @Test
    default void a_body_that_is_not_there_is_400_where_it_is_not_optional() {
        Furnished acme = Furnished.on(server());
        Map<String, JsonNode> described = CallRulesContract.described(server());
        String before = acme.everything();
        for (ApiCall call : ApiCall.ALL) {
            if (call.body() != null) {
                boolean isRequired = Objects.requireNonNull(described.get(call.described()), call.described())
                        .at("/requestBody/required")
                        .asBoolean();
                // What may come without is about a thing, and of none it says so.
                Answer answer = call.with("", acme.caller(call), isRequired ? acme.ids() : acme.unknown("x"));
                assertEquals(
                        isRequired ? call.isForm() ? "400 malformed" : "400 malformed_json" : "404 not_found",
                        answer.status() + " " + answer.code(),
                        call.toString());
            }
        }
        acme.goesOnAs(before);
    }

    @Test
    default void a_body_of_another_type_is_415_and_nothing_changes() {
        Furnished acme = Furnished.on(server());
        String before = acme.everything();
        for (ApiCall call : ApiCall.ALL) {
            if (call.body() != null) {
                for (String type : List.of(
                        "text/plain",
                        "application/octet-stream",
                        "application/jsonx",
                        call.isForm() ? "application/json" : ApiCall.FORM,
                        call.isForm() ? "text/html" : "application/json; charset=iso-8859-1")) {
                    unsupported(call, call.by(acme.caller(call), acme.ids(), "Content-Type", type), type);
                }
                unsupported(call, call.by(acme.caller(call), acme.ids(), "Content-Encoding", "gzip"), "gzip");
            }
        }
        acme.goesOnAs(before);
    }

    private static void unsupported(ApiCall call, Answer refused, String what) {
        assertEquals("415 unsupported_media_type", refused.status() + " " + refused.code(), call + " with " + what);
    }

    @Test
    default void a_parameter_that_a_call_does_not_know_is_422_names_it_and_nothing_changes() {
        Furnished acme = Furnished.on(server());
        String before = acme.everything();
        for (ApiCall call : ApiCall.ALL) {
            Answer refused = call.asking("no_such_parameter=1").by(acme.caller(call), acme.ids());
            assertEquals("422 unknown_parameter ?no_such_parameter", problem(refused), call.toString());
        }
        acme.goesOnAs(before);
    }

    /** An open call has no token under which a key could be kept, and pays no heed to it. */
    @Test
    default void a_key_that_is_none_is_400_for_each_write_and_nothing_changes() {
        Furnished acme = Furnished.on(server());
        String before = acme.everything();
        for (ApiCall call : ApiCall.ALL) {
            if (!call.isGet() && !call.isOpen()) {
                for (String key : List.of("two words", "x".repeat(256))) {
                    Answer refused = call.by(acme.caller(call), acme.ids(), "Idempotency-Key", key);
                    assertEquals(
                            "400 invalid_idempotency_key", refused.status() + " " + refused.code(), call.toString());
                }
                Answer twice = call.by(acme.caller(call), acme.ids(), "Idempotency-Key", "a", "Idempotency-Key", "b");
                assertEquals("400 malformed", twice.status() + " " + twice.code(), call.toString());
            }
        }
        acme.goesOnAs(before);
    }

    @Test
    default void a_method_that_a_path_does_not_take_is_405_tells_those_it_takes_and_changes_nothing() {
        Furnished acme = Furnished.on(server());
        Map<String, List<ApiCall>> paths = ApiCall.ALL.stream()
                .collect(Collectors.groupingBy(ApiCall::describedPath, TreeMap::new, Collectors.toList()));
        String before = acme.everything();
        for (List<ApiCall> calls : paths.values()) {
            Set<String> taken =
                    new TreeSet<>(calls.stream().map(ApiCall::method).toList());
            if (taken.contains("GET")) {
                taken.add("HEAD");
            }
            for (String method : METHODS) {
                if (!taken.contains(method)) {
                    ApiCall other = calls.getFirst().by(method);
                    notTaken(acme, other, taken);
                    notTaken(acme, other.otherSlash(), taken);
                }
            }
        }
        acme.goesOnAs(before);
    }

    private static void notTaken(Furnished acme, ApiCall call, Set<String> taken) {
        Answer refused = call.by(acme.caller(call), acme.ids());
        assertEquals(405, refused.status(), call.toString());
        assertEquals(taken, allowed(refused), call.toString());
        if (!call.method().equals("HEAD")) {
            assertEquals("method_not_allowed", refused.code(), call.toString());
        }
    }

    private static Set<String> allowed(Answer refused) {
        assertNotEquals("", refused.header("Allow"));
        return new TreeSet<>(Arrays.asList(refused.header("Allow").split(", ")));
    }
}
