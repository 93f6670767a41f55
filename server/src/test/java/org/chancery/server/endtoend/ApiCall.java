package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.OwnWorkspace.ENDPOINTS;
import static org.chancery.server.endtoend.OwnWorkspace.MESSAGES;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.jspecify.annotations.Nullable;

/**
 * A call of the API, as {@link CallRulesContract} and {@link CallBodiesContract} make each of them. A name in braces stands for the id of such
 * a thing ({@link Furnished}), and for its name in the description.
 *
 * @param body JSON that the call takes, or a form; null where it takes none
 * @param scopes all that a token needs; none where any token is let in, and null where nobody has to say who they are
 */
record ApiCall(
        String method,
        String path,
        @Nullable String body,
        @Nullable List<String> scopes) {
    static final String FORM = "application/x-www-form-urlencoded";

    /** Which needs either of two scopes, and says so itself. */
    static final String ESCALATE = MESSAGES + "{message}/escalate";

    private static final String QUARANTINE = "/v1/api/email/quarantine";
    private static final String APPROVAL = Approvals.LIST + "{approval}/";

    /** Every call that there is; {@code CallRulesContract} compares them with {@code /openapi.json}. */
    static final List<ApiCall> ALL = Stream.of(
                    tokens(),
                    mail(),
                    endpoints(),
                    triage(),
                    quarantine(),
                    approvals(),
                    access(),
                    people(),
                    furtherCalls())
            .flatMap(List::stream)
            .toList();

    private static ApiCall get(String path, String... scopes) {
        return new ApiCall("GET", path, null, List.of(scopes));
    }

    private static ApiCall post(String path, @Nullable String body, String... scopes) {
        return new ApiCall("POST", path, body, List.of(scopes));
    }

    private static ApiCall patch(String path, String body, String... scopes) {
        return new ApiCall("PATCH", path, body, List.of(scopes));
    }

    private static ApiCall delete(String path, String... scopes) {
        return new ApiCall("DELETE", path, null, List.of(scopes));
    }

    private static ApiCall open(String method, String path, @Nullable String body) {
        return new ApiCall(method, path, body, null);
    }

    private static List<ApiCall> tokens() {
        return List.of(
                post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"email:read\"]}", "tokens:write"),
                get("/v1/tokens/", "tokens:write"),
                get("/v1/tokens/{token}/", "tokens:write"),
                patch("/v1/tokens/{token}/", "{\"label\": \"other\"}", "tokens:write"),
                delete("/v1/tokens/{token}/", "tokens:write"),
                post("/v1/tokens/{token}/rotate/", null, "tokens:write"),
                get("/v1/whoami/"),
                get("/v1/inboxes/"));
    }

    private static List<ApiCall> mail() {
        return List.of(
                post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"{endpoint}\", \"to\": [{\"email\": \"client@elsewhere.example\"}],"
                                + " \"subject\": \"one more\", \"text_body\": \"Hello.\"}",
                        "email:send"),
                get("/v1/messages/", "email:read"),
                get("/v1/messages/{message}/", "email:read"),
                patch("/v1/messages/{message}/", "{\"remove_labels\": []}", "labels:write", "email:read"),
                post("/v1/messages/{sent}/cancel/", "{}", "email:send"),
                get("/v1/messages/{message}/raw/", "email:read"),
                get("/v1/messages/{message}/attachments/{file}/", "email:read"),
                get("/v1/messages/{message}/evidence/", "admin"),
                get("/v1/events/", "email:read"),
                post("/v1/labels/", "{\"name\": \"More\"}", "labels:write"),
                get("/v1/labels/", "labels:read"),
                get("/v1/labels/{label}/", "labels:read"),
                patch("/v1/labels/{label}/", "{\"name\": \"Other\"}", "labels:write"),
                delete("/v1/labels/{label}/", "labels:write"),
                post("/v1/suppressions/", "{\"email\": \"more@wanted.example\"}", "contacts:write"),
                get("/v1/suppressions/", "contacts:read"),
                get("/v1/suppressions/{suppressed}/", "contacts:read"),
                delete("/v1/suppressions/{suppressed}/", "contacts:write"));
    }

    private static List<ApiCall> endpoints() {
        return List.of(
                post(ENDPOINTS, "{\"localpart\": \"more\", \"kind\": \"custom\"}", "admin"),
                get(ENDPOINTS, "admin"),
                get(ENDPOINTS + "/{endpoint}", "admin"),
                patch(ENDPOINTS + "/{endpoint}", "{\"enabled\": false}", "admin"),
                delete(ENDPOINTS + "/{endpoint}", "admin"),
                patch("/v1/api/email/workspace-mailbox", "{\"localpart\": \"post\"}", "admin"));
    }

    private static List<ApiCall> triage() {
        return List.of(
                get("/v1/api/email/review", "conversations:read"),
                get("/v1/api/email/activity", "conversations:read"),
                get("/v1/api/email/badge", "conversations:read"),
                get(MESSAGES + "{message}/content", "admin"),
                get(MESSAGES + "{message}/attachments/{file}/download", "admin"),
                get(MESSAGES + "{message}/trace", "admin"),
                post(MESSAGES + "{message}/reply", "{\"text\": \"Hello.\"}", "conversations:write"),
                post(MESSAGES + "{message}/discard", "{}", "conversations:write"),
                post(MESSAGES + "{message}/presence", "{\"typing\": true}", "conversations:write"),
                post(MESSAGES + "{message}/assign", "{\"agent_id\": \"{own agent}\"}", "admin"),
                post(ESCALATE, "{}"));
    }

    private static List<ApiCall> quarantine() {
        return List.of(
                get(QUARANTINE, "admin"),
                get(QUARANTINE + "/{held}/content", "admin"),
                get(QUARANTINE + "/{held}/raw", "admin"),
                get(QUARANTINE + "/{held}/trace", "admin"),
                post(QUARANTINE + "/{held}/accept", "{}", "admin"),
                post(QUARANTINE + "/{held}/reject", "{}", "admin"));
    }

    private static List<ApiCall> approvals() {
        return List.of(
                get(Approvals.LIST, "approvals:read"),
                get(APPROVAL, "approvals:read"),
                get(APPROVAL + "raw/", "approvals:read"),
                get(APPROVAL + "attachments/{enclosed}/", "approvals:read"),
                get(APPROVAL + "evidence/", "admin"),
                post(APPROVAL + "approve/", "{}", "approvals:write"),
                post(APPROVAL + "reject/", "{}", "approvals:write"),
                post(APPROVAL + "reopen/", "{}", "approvals:write"),
                get("/v1/audit/", "admin"));
    }

    private static List<ApiCall> access() {
        return List.of(
                post("/v1/agents/", "{\"name\": \"another\"}", "admin"),
                get("/v1/agents/", "admin"),
                get("/v1/agents/{agent}/", "admin"),
                patch("/v1/agents/{agent}/", "{\"status\": \"disabled\"}", "admin"),
                delete("/v1/agents/{agent}/", "admin"),
                post("/v1/agents/{agent}/rotate-secret/", null, "admin"),
                get("/v1/agents/{agent}/deliveries/", "admin"),
                get("/v1/model-usage/", "admin"));
    }

    private static List<ApiCall> people() {
        return List.of(
                post(
                        "/v1/users/",
                        "{\"email\": \"new@people.example\", \"name\": \"New\", \"role\": \"admin\"}",
                        "admin"),
                get("/v1/users/", "admin"),
                get("/v1/users/{user}/", "admin"),
                patch("/v1/users/{user}/", "{\"role\": \"admin\"}", "admin"),
                open("POST", "/api/auth/login", "{\"email\": \"{email}\", \"password\": \"{password}\"}"),
                post("/api/auth/logout", null),
                post(
                        "/api/auth/password",
                        "{\"old_password\": \"{password}\", \"new_password\": \"another-{password}\"}"),
                get("/api/auth/sessions"),
                delete("/api/auth/sessions/{session}"));
    }

    /** For those who watch the server, who read how it is called, or who have a link from a mail. */
    private static List<ApiCall> furtherCalls() {
        return List.of(
                open("GET", "/unsubscribe/{link}", null),
                open("POST", "/unsubscribe/{link}", "List-Unsubscribe=One-Click"),
                open("GET", "/health/live", null),
                open("GET", "/health/ready", null),
                open("GET", "/metrics", null),
                open("GET", "/openapi.json", null),
                open("GET", "/docs", null));
    }

    /** @param headers names and values in turns */
    Answer by(Client client, Map<String, String> ids, String... headers) {
        return with(body == null ? null : filled(body, ids), client, ids, headers);
    }

    /** The same with another body. */
    Answer with(@Nullable String other, Client client, Map<String, String> ids, String... headers) {
        boolean isTold = Stream.of(headers).anyMatch("Content-Type"::equals);
        String[] all = isForm() && other != null && !isTold
                ? Stream.concat(Stream.of(headers), Stream.of("Content-Type", FORM))
                        .toArray(String[]::new)
                : headers;
        return client.call(method, filled(path, ids), other, all);
    }

    /** The same call, its path with a slash at its end or without, as it is not written here. */
    ApiCall otherSlash() {
        String other = path.endsWith("/") ? path.substring(0, path.length() - 1) : path + "/";
        return new ApiCall(method, other, body, scopes);
    }

    /** With a parameter in its query. */
    ApiCall asking(String query) {
        return new ApiCall(method, path + "?" + query, body, scopes);
    }

    ApiCall by(String otherMethod) {
        return new ApiCall(otherMethod, path, null, scopes);
    }

    private static String filled(String text, Map<String, String> ids) {
        String filled = text;
        for (Map.Entry<String, String> id : ids.entrySet()) {
            filled = filled.replace("{" + id.getKey() + "}", id.getValue());
        }
        return filled;
    }

    String filledBody(Map<String, String> ids) {
        return body == null ? "" : filled(body, ids);
    }

    /** The path as {@code /openapi.json} has it, without a slash at its end. */
    String describedPath() {
        return path.replaceAll(
                        "\\{(endpoint|message|sent|held|agent|user|label|suppressed|token|approval|session|link)}",
                        "{id}")
                .replaceAll("\\{(file|enclosed)}", "{attachment_id}")
                .replaceAll("/$", "");
    }

    String described() {
        return method + " " + describedPath();
    }

    boolean isOpen() {
        return scopes == null;
    }

    List<String> scopesOrNone() {
        return scopes == null ? List.of() : scopes;
    }

    boolean isGet() {
        return method.equals("GET");
    }

    boolean isForm() {
        return path.startsWith("/unsubscribe/");
    }

    boolean takesJson() {
        return body != null && !isForm();
    }

    boolean hasId() {
        return path.contains("{");
    }

    boolean names(String thing) {
        return path.contains("{" + thing + "}");
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
