package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** Codes of errors that hold for every call, and of some that no other test meets; run on each database. */
interface ErrorCodesContract {
    ObjectMapper JSON = new ObjectMapper();

    RunningServer server();

    private static void refused(int status, String code, Answer answer) {
        assertEquals(code, answer.expect(status).code(), answer.body().toString());
        assertEquals("application/problem+json", answer.header("Content-Type"));
        JsonNames.are(answer.body(), with(answer, "code", "detail", "status", "title", "type"));
        assertEquals(status, answer.body().path("status").asInt());
    }

    /** What only some problems have. */
    private static String[] with(Answer answer, String... names) {
        return answer.body().has("errors") ? JsonNames.with(names, "errors") : names;
    }

    private static void invalid(String code, String place, Answer answer) {
        refused(422, code, answer);
        assertEquals(place, answer.place());
    }

    /** A connection over which all is said that an HTTP client would not say. */
    final class Wire implements AutoCloseable {
        private final Socket socket;

        Wire(RunningServer server) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.port("http"));
            socket.setSoTimeout((int) RunningServer.PATIENCE.toMillis());
        }

        OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        InputStream in() throws IOException {
            return socket.getInputStream();
        }

        void say(String... lines) throws IOException {
            out().write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }

        /** The answer's status, a blank and its code. */
        String answer() throws IOException {
            String answer = new String(in().readAllBytes(), StandardCharsets.UTF_8);
            int body = answer.indexOf('{');
            assertTrue(body > 0, answer);
            return answer.split(" ")[1] + " "
                    + JSON.readTree(answer.substring(body, answer.lastIndexOf('}') + 1))
                            .path("code")
                            .asText();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private String said(String... lines) throws IOException {
        try (Wire wire = new Wire(server())) {
            wire.say(lines);
            return wire.answer();
        }
    }

    private static String authorization() {
        return "Authorization: Bearer " + RunningServer.ADMIN_TOKEN;
    }

    @Test
    default void a_request_that_cannot_be_read_is_400_and_one_of_another_type_415() throws IOException {
        Client owner = OwnWorkspace.on(server()).owner;
        refused(400, "malformed_json", owner.post("/v1/tokens/", "{\"label\": "));
        refused(400, "malformed_json", owner.post("/v1/tokens/", ""));
        String token = "{\"label\": \"t\", \"scopes\": [\"email:read\"]}";
        refused(400, "invalid_idempotency_key", owner.post("/v1/tokens/", token, "two words"));
        refused(400, "invalid_idempotency_key", owner.post("/v1/tokens/", token, "k".repeat(256)));
        assertEquals(
                "400 malformed",
                said(
                        "GET /v1/tokens/?limit=%zz HTTP/1.1",
                        "Host: localhost", authorization(), "Connection: close", ""));
        assertEquals("400 malformed", said("GET /v1/tokens/ HTTP/1.1", "no header line", ""));
        assertEquals(
                "400 malformed",
                said(
                        "POST /v1/tokens/ HTTP/1.1",
                        "Host: localhost",
                        authorization(),
                        "Idempotency-Key: one",
                        "Idempotency-Key: two",
                        "Content-Type: application/json",
                        "Content-Length: " + token.length(),
                        "Connection: close",
                        "",
                        token));
        assertEquals(
                "415 unsupported_media_type",
                said(
                        "POST /v1/tokens/ HTTP/1.1",
                        "Host: localhost",
                        authorization(),
                        "Content-Type: text/plain",
                        "Content-Length: " + token.length(),
                        "Connection: close",
                        "",
                        token));
        assertEquals(1, owner.get("/v1/tokens/").expect(200).body().size(), "nothing was made");
    }

    @Test
    default void a_body_that_comes_too_slowly_is_408() throws IOException {
        try (Wire wire = new Wire(server())) {
            wire.say(
                    "POST /v1/tokens/ HTTP/1.1",
                    "Host: localhost",
                    authorization(),
                    "Content-Type: application/json",
                    "Content-Length: 60000",
                    "");
            long end = System.nanoTime() + RunningServer.PATIENCE.toNanos();
            while (wire.in().available() == 0) {
                assertTrue(System.nanoTime() < end, "nobody minds how slow it is");
                wire.out().write(' ');
                pause();
            }
            assertEquals("408 too_slow", wire.answer());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100); // between two octets of a body that is to be slow
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    default void a_field_or_parameter_that_cannot_be_used_is_422_at_its_place() {
        Client owner = OwnWorkspace.on(server()).owner;
        invalid("invalid", "/label", owner.post("/v1/tokens/", "{\"label\": \"\", \"scopes\": [\"email:read\"]}"));
        invalid("invalid", "/scopes/0", owner.post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"post\"]}"));
        invalid(
                "invalid",
                "/color",
                owner.post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"color\": 1}"));
        invalid("invalid", "?limit", owner.get("/v1/tokens/?limit=0"));
        invalid("unknown_parameter", "?color", owner.get("/v1/tokens/?color=red"));
        for (String list : List.of("/v1/tokens/", "/v1/messages/", "/v1/approvals/", "/v1/audit/")) {
            invalid("unknown_cursor", "?cursor", owner.get(list + "?cursor=elsewhere"));
        }
        invalid("unknown_cursor", "?after", owner.get("/v1/events/?after=elsewhere"));
        invalid("unknown_event_type", "?types", owner.get("/v1/events/?types=message.sent,message.eaten"));
    }

    @Test
    default void a_draft_waits_and_nobody_else_writes_another_one() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpointOf(place.agent("helper"), "desk");
        String question = place.message(OwnWorkspace.ADA, "desk", "a question");
        String draft = "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"Words.\", \"draft\": true}";
        place.program(inbox).post("/v1/messages/", draft).expect(202);
        refused(409, "draft_exists", place.owner.post("/v1/messages/", draft));
    }

    @Test
    default void who_has_as_many_addresses_as_somebody_may_have_gets_no_more() {
        OwnWorkspace place = OwnWorkspace.on(server());
        place.endpoint("closed", ", \"sender_policy\": \"bound_users_only\"");
        String addresses = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> "\"a" + i + "@elsewhere.example\"")
                .reduce((one, other) -> one + ", " + other)
                .orElseThrow();
        String person = place.person(place.address("many"), "member", ", \"addresses\": [" + addresses + "]");
        String held = place.receive("one.more@elsewhere.example", "closed", "let me in")
                .path("id")
                .asText();
        String accept = "/v1/api/email/quarantine/" + held + "/accept";
        String bind = "{\"bind_user_id\": \"" + person + "\"}";
        refused(409, "too_many_addresses", place.owner.post(accept, bind));
        place.owner
                .patch("/v1/users/" + person + "/", "{\"addresses\": [\"a1@elsewhere.example\"]}")
                .expect(200);
        place.owner.post(accept, bind).expect(200);
    }
}
