package org.chancery.api.http;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.api.Http;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every call, whatever it is about. */
class RequestRulesTest {
    private static final String AGENTS = "/v1/agents/";
    private static final String AN_AGENT = "{\"name\": \"a\"}";

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private static Tenant tenant;

    @SuppressWarnings("NullAway.Init")
    private static Http http;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        tenant = server.newWorkspace();
        http = server.http();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_call_without_a_token_is_401_and_says_how_to_authenticate() {
        Reply reply = http.get("/v1/whoami/", null);

        assertEquals(401, reply.status());
        assertEquals("missing_token", reply.code());
        assertEquals("Bearer realm=\"chancery\"", reply.header("WWW-Authenticate"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic dXNlcjpwYXNz", "Bearer", "Bearer  ", "chy_secret", "Bearer a b"})
    void what_is_no_bearer_token_is_401(String authorization) {
        Reply reply = http.send("GET", "/v1/whoami/", null, null, "Authorization", authorization);

        assertEquals(401, reply.status());
        assertEquals("missing_token", reply.code());
    }

    @Test
    void an_unknown_token_is_401() {
        Reply reply = http.get("/v1/whoami/", "chy_unknown");

        assertEquals(401, reply.status());
        assertEquals("invalid_token", reply.code());
        assertEquals("Bearer realm=\"chancery\", error=\"invalid_token\"", reply.header("WWW-Authenticate"));
    }

    @Test
    void the_word_bearer_is_read_in_any_case() {
        Reply reply = http.send("GET", "/v1/whoami/", null, null, "Authorization", "bEARER " + tenant.token());

        assertEquals(200, reply.status());
    }

    @Test
    void a_token_is_checked_before_anything_is_told_of_a_path() {
        assertEquals(401, http.get(AGENTS + "agt_unknown/", null).status());
        assertEquals(401, http.post(AGENTS, null, "{").status());
        assertEquals(401, http.get(AGENTS + "?nonsense=1", null).status());
    }

    @Test
    void a_missing_scope_is_named() {
        Reply reply = http.get(AGENTS, tenant.personalToken("email:read"));

        assertEquals(403, reply.status());
        assertEquals("missing_scope", reply.code());
        assertTrue(reply.json().get("detail").asText().contains("admin"), reply.text());
        assertTrue(reply.header("WWW-Authenticate").contains("scope=\"admin\""));
    }

    @Test
    void a_problem_has_all_its_members() {
        Reply reply = http.get("/v1/nothing/", null);
        JsonNode problem = reply.json();

        assertEquals(404, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertAll(
                () -> assertEquals("about:blank", problem.get("type").asText()),
                () -> assertEquals("Not Found", problem.get("title").asText()),
                () -> assertEquals(404, problem.get("status").asInt()),
                () -> assertEquals(
                        "There is nothing at this path.", problem.get("detail").asText()),
                () -> assertEquals("not_found", problem.get("code").asText()),
                () -> assertTrue(problem.get("errors").isArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1", "/v1/", "/v1/agents/a/b", "/favicon.ico", "/v1/api/email/endpoints/a/b"})
    void an_unknown_path_is_404(String path) {
        Reply reply = tenant.get(path);

        assertEquals(404, reply.status());
        assertEquals("not_found", reply.code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"})
    void a_wrong_method_is_405_and_tells_the_right_ones(String method) {
        Reply reply = http.send(method, AGENTS, tenant.token(), null);

        assertEquals(405, reply.status());
        assertEquals("method_not_allowed", reply.code());
        assertEquals("POST, GET, HEAD", reply.header("Allow"));
    }

    @Test
    void a_slash_at_the_end_is_optional() {
        assertEquals(200, tenant.get("/v1/agents").status());
        assertEquals(200, tenant.get("/v1/agents/").status());
        assertEquals(200, tenant.get("/v1/api/email/review").status());
        assertEquals(200, tenant.get("/v1/api/email/review/").status());
        assertEquals(201, tenant.post("/v1/agents", AN_AGENT).status());
    }

    @Test
    void head_answers_as_get_without_the_content() {
        Reply get = tenant.get("/v1/agents/");
        Reply head = http.send("HEAD", "/v1/agents/", tenant.token(), null);

        assertEquals(200, head.status());
        assertEquals("", head.text());
        assertEquals(get.header("Content-Length"), head.header("Content-Length"));
        assertEquals(
                404,
                http.send("HEAD", "/v1/agents/agt_unknown/", tenant.token(), null)
                        .status());
        assertEquals(401, http.send("HEAD", "/v1/agents/", null, null).status());
    }

    @Test
    void nothing_is_cached_guessed_at_or_framed() {
        for (Reply reply : List.of(tenant.get(AGENTS), http.get("/v1/nothing/", null), http.get(AGENTS, null))) {
            assertEquals("no-store", reply.header("Cache-Control"));
            assertEquals("nosniff", reply.header("X-Content-Type-Options"));
            assertEquals("default-src 'none'; frame-ancestors 'none'", reply.header("Content-Security-Policy"));
            assertEquals("", reply.header("Access-Control-Allow-Origin"));
            assertEquals("", reply.header("Server"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/json; charset=iso-8859-1",
                "application/jsonx"
            })
    void a_body_of_another_type_is_415(String type) {
        Reply reply = tenant.post(AGENTS, AN_AGENT, "Content-Type", type);

        assertEquals(415, reply.status());
        assertEquals("unsupported_media_type", reply.code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""})
    void json_is_json_however_it_is_spelled(String type) {
        assertEquals(201, tenant.post(AGENTS, AN_AGENT, "Content-Type", type).status());
    }

    @Test
    void a_compressed_body_is_415() {
        assertEquals(
                415, tenant.post(AGENTS, AN_AGENT, "Content-Encoding", "gzip").status());
    }

    @Test
    void a_missing_body_is_400() {
        Reply reply = tenant.post(AGENTS, "");

        assertEquals(400, reply.status());
        assertEquals("malformed_json", reply.code());
    }

    @Test
    void an_unknown_field_is_422_with_its_pointer() {
        Reply reply = tenant.post(AGENTS, "{\"name\": \"a\", \"nmae\": \"b\"}");

        assertEquals(422, reply.status());
        assertEquals("invalid", reply.code());
        assertEquals("/nmae", reply.place());
    }

    @Test
    void a_body_that_is_too_long_is_413() {
        String json = "{\"name\": \"" + "a".repeat(1 << 20) + "\"}";
        HttpRequest announced = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + AGENTS))
                .header("Authorization", "Bearer " + tenant.token())
                .header("Content-Type", "application/json")
                .expectContinue(true)
                .POST(BodyPublishers.ofString(json))
                .build();
        Reply reply = http.send(announced);

        assertEquals(413, reply.status());
        assertEquals("too_large", reply.code());
    }

    @Test
    void a_body_whose_length_is_not_announced_is_counted() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", http.port())) {
            write(
                    socket,
                    "POST /v1/agents/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + tenant.token()
                            + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 17; i++) {
                write(socket, chunk);
            }
            assertTrue(firstLine(socket).contains(" 413 "));
        }
    }

    @Test
    void a_chunked_body_is_read() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", http.port())) {
            write(
                    socket,
                    "POST /v1/agents/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + tenant.token()
                            + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "5\r\n{\"nam\r\n8\r\ne\": \"a\"}\r\n0\r\n\r\n");
            assertTrue(firstLine(socket).contains(" 201 "));
        }
    }

    @Test
    void a_refused_call_takes_its_body_along_so_that_the_next_one_is_heard() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", http.port())) {
            for (int i = 0; i < 3; i++) {
                write(
                        socket,
                        "POST /v1/agents/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"nam");
                write(socket, "e\": \"a\"}");
                String head = head(socket);
                assertTrue(head.contains(" 401 "), head);
                assertFalse(head.contains("close"), head);
            }
            write(
                    socket,
                    "GET /v1/whoami/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + tenant.token() + "\r\n\r\n");
            assertTrue(firstLine(socket).contains(" 200 "));
        }
    }

    @Test
    void a_body_of_pieces_that_was_read_and_refused_leaves_its_connection_open() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", http.port())) {
            write(
                    socket,
                    "POST /v1/agents/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + tenant.token()
                            + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
            String head = head(socket);
            assertTrue(head.contains(" 422 "), head);
            assertFalse(head.contains("close"), head);
        }
    }

    @Test
    void a_refused_call_whose_body_is_long_is_answered_at_once_and_ends_the_connection() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", http.port())) {
            write(
                    socket,
                    "POST /v1/agents/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n");
            String head = head(socket);
            assertTrue(head.contains(" 401 "), head);
            assertTrue(head.contains("Connection: close"), head);
        }
    }

    @Test
    void a_refused_call_whose_body_does_not_come_is_answered_and_ends_the_connection() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", http.port())) {
            write(
                    socket,
                    "POST /v1/agents/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"nam");
            String head = head(socket);
            assertTrue(head.contains(" 401 "), head);
            assertTrue(head.contains("Connection: close"), head);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 900000", "Transfer-Encoding: chunked"})
    void a_call_that_takes_no_body_and_gets_a_long_one_is_answered_and_ends_the_connection(String framing)
            throws IOException {
        try (Socket socket = new Socket("127.0.0.1", http.port())) {
            write(
                    socket,
                    "GET /v1/whoami/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + tenant.token() + "\r\n" + framing
                            + "\r\n\r\n");
            String head = head(socket);
            assertTrue(head.contains(" 200 "), head);
            assertTrue(head.contains("Connection: close"), head);
        }
    }

    /** The header of an answer; its body is read and left. */
    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        String line = firstLine(socket);
        int length = 0;
        while (!line.isBlank()) {
            head.append(line).append('\n');
            if (line.startsWith("Content-Length: ")) {
                length = Integer.parseInt(line.substring(16).strip());
            }
            line = firstLine(socket);
        }
        socket.getInputStream().readNBytes(length);
        return head.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"?limit=0", "?limit=201", "?limit=x", "?limit=-1", "?limit=1.5", "?limit=99999999999", "?limit="
            })
    void a_parameter_out_of_range_is_422(String query) {
        Reply reply = tenant.get(AGENTS + query);

        assertEquals(422, reply.status());
        assertEquals("?limit", reply.place());
    }

    @Test
    void an_unknown_parameter_is_422() {
        Reply reply = tenant.get(AGENTS + "?limti=1");

        assertEquals(422, reply.status());
        assertEquals("unknown_parameter", reply.code());
        assertEquals("?limti", reply.place());
    }

    @Test
    void a_parameter_is_given_once() {
        assertEquals("?limit", tenant.get(AGENTS + "?limit=1&limit=2").place());
    }

    @Test
    void a_cursor_of_another_list_is_422() {
        tenant.agent("one");
        tenant.agent("two");
        String next = tenant.get(AGENTS + "?limit=1").next();
        String cursor = next.substring(next.indexOf("cursor="));

        Reply reply = tenant.get("/v1/inboxes/?" + cursor);

        assertEquals(422, reply.status());
        assertEquals("unknown_cursor", reply.code());
        assertEquals(422, server.newWorkspace().get(AGENTS + "?" + cursor).status());
        assertEquals(422, tenant.get(AGENTS + "?cursor=nonsense").status());
    }

    @Test
    void requests_that_cannot_be_read_get_a_problem_too() throws IOException {
        assertProblem("GET /v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n", "400");
        assertProblem(
                "GET /v1/agents/?limit=%zz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + tenant.token() + "\r\n\r\n",
                "400");
        assertProblem("GARBAGE\r\n\r\n", "400");
        assertProblem("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(20_000) + "\r\n\r\n", "431");
    }

    private static void assertProblem(String request, String status) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", http.port())) {
            write(socket, request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(reply.startsWith("HTTP/1.1 " + status), reply);
            assertTrue(reply.contains("application/problem+json"), reply);
            assertFalse(reply.contains("Jetty"), reply);
        }
    }

    @Test
    void a_database_that_is_away_is_503_with_retry_after() {
        server.takeDatabaseAway();
        try {
            Reply reply = tenant.get(AGENTS);

            assertEquals(503, reply.status());
            assertEquals("unavailable", reply.code());
            assertEquals("5", reply.header("Retry-After"));
        } finally {
            server.giveDatabaseBack();
        }
        assertEquals(200, tenant.get(AGENTS).status());
    }

    @Test
    void a_bug_is_500_with_an_incident_and_tells_nothing_of_the_inside() {
        server.failAfter(0);
        try {
            Reply reply = tenant.post(AGENTS, AN_AGENT);

            assertEquals(500, reply.status());
            assertEquals("internal_error", reply.code());
            assertTrue(reply.json().get("incident").asText().matches("[0-9a-f]{12}"), reply.text());
            assertFalse(reply.text().contains("secret"), reply.text());
        } finally {
            server.failNoMore();
        }
    }

    @Test
    void trouble_of_the_virtual_machine_is_answered_like_a_bug() {
        server.breakDown();
        try {
            Reply reply = tenant.post(AGENTS, AN_AGENT);

            assertEquals(500, reply.status());
            assertEquals("application/problem+json", reply.header("Content-Type"));
            assertEquals("internal_error", reply.code());
            assertFalse(reply.text().contains("secret"), reply.text());
        } finally {
            server.failNoMore();
        }
    }

    @Test
    void who_keeps_trying_tokens_has_to_wait_while_known_clients_do_not() {
        // A server of its own, because all tests come from one address.
        try (TestServer own = TestServer.start()) {
            Tenant victim = own.newWorkspace();
            assertEquals(200, victim.get("/v1/whoami/").status());
            List<Integer> answers = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                answers.add(own.http().get("/v1/whoami/", "chy_guess" + i).status());
            }

            assertEquals(20, answers.stream().filter(status -> status == 401).count());
            assertEquals(List.of(429, 429, 429, 429, 429), answers.subList(20, 25));
            Reply refused = own.http().get("/v1/whoami/", "chy_guess");
            assertEquals("too_many_failures", refused.code());
            assertTrue(Integer.parseInt(refused.header("Retry-After")) >= 1);
            assertEquals(200, victim.get("/v1/whoami/").status());

            own.clock().putForward(Duration.ofMinutes(5));
            assertEquals(401, own.http().get("/v1/whoami/", "chy_guess").status());
        }
    }

    @Test
    void calls_are_measured_by_the_template_of_their_route() {
        tenant.get("/v1/agents/agt_unknown/");
        http.get("/some/path/of/a/scanner", null);

        String metrics = http.get("/metrics", null).text();

        assertTrue(metrics.contains("route=\"/v1/agents/{id}/\""), metrics);
        assertTrue(metrics.contains("route=\"none\""), metrics);
        assertFalse(metrics.contains("scanner"), metrics);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static String firstLine(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
