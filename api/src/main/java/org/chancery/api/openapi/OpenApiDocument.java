package org.chancery.api.openapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.api.http.Access;
import org.chancery.api.http.FailureJson;
import org.chancery.api.http.Method;
import org.chancery.api.http.Parameter;
import org.chancery.api.http.Problem;
import org.chancery.api.http.Route;
import org.chancery.core.access.Scope;

/** Describes a table of routes as OpenAPI 3.1 does. */
final class OpenApiDocument {
    private static final Pattern BRACES = Pattern.compile("\\{([a-z_]+)}");
    private static final String PROBLEM = "application/problem+json";

    private final List<Route> routes;
    private final String version;
    private final Schemas schemas = new Schemas();

    OpenApiDocument(List<Route> routes, String version) {
        this.routes = routes;
        this.version = version;
    }

    /** The document, as a tree of maps and lists. */
    Map<String, Object> tree() {
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        Set<String> features = new TreeSet<>();
        for (Route route : routes) {
            features.add(feature(route));
            paths.computeIfAbsent(route.path(), path -> Tree.of())
                    .put(route.method().name().toLowerCase(Locale.ROOT), operation(route));
        }
        return Tree.of(
                "openapi",
                "3.1.1",
                "info",
                Tree.of(
                        "title", "Chancery",
                        "version", version,
                        "description", "Mail for people and programs. A slash at the end of a path is optional."),
                "servers",
                List.of(Tree.of("url", "/")),
                "tags",
                features.stream().map(name -> Tree.of("name", name)).toList(),
                "paths",
                paths,
                "components",
                Tree.of(
                        "schemas",
                        schemas.all(),
                        "securitySchemes",
                        Tree.of("token", Tree.of("type", "http", "scheme", "bearer"))));
    }

    private Map<String, Object> operation(Route route) {
        Map<String, Object> operation =
                Tree.of("operationId", operationId(route), "summary", route.summary(), "tags", List.of(feature(route)));
        switch (route.access()) {
            case Access.Open ignored -> operation.put("security", List.of());
            case Access.AnyToken ignored -> operation.put("security", List.of(Tree.of("token", List.of())));
            case Access.Scoped scoped -> {
                // OpenAPI 3.1 takes role names here for schemes without scopes of their own.
                List<String> scopes = scoped.scopes().stream().map(Scope::text).toList();
                operation.put("security", List.of(Tree.of("token", scopes)));
                operation.put("description", "Scope: " + String.join(", ", scopes) + ".");
            }
        }
        List<Object> parameters = parameters(route);
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        Route.Body body = route.body();
        if (body != null) {
            operation.put(
                    "requestBody",
                    Tree.of(
                            "required",
                            !body.isOptional(),
                            "content",
                            body.isForm()
                                    ? forms()
                                    : Tree.of("application/json", Tree.of("schema", schemas.request(body.type())))));
        }
        operation.put("responses", responses(route));
        return operation;
    }

    private static Map<String, Object> forms() {
        Map<String, Object> fields = Tree.of("type", "object", "additionalProperties", Tree.of("type", "string"));
        return Tree.of(
                "application/x-www-form-urlencoded",
                Tree.of("schema", fields),
                "multipart/form-data",
                Tree.of("schema", fields));
    }

    private static List<Object> parameters(Route route) {
        List<Object> parameters = new ArrayList<>();
        Matcher inPath = BRACES.matcher(route.path());
        while (inPath.find()) {
            parameters.add(parameter(
                    inPath.group(1), "path", "The id of what the path names.", true, Tree.of("type", "string")));
        }
        for (Parameter parameter : route.parameters()) {
            parameters.add(parameter(parameter.name(), "query", parameter.about(), false, schema(parameter)));
        }
        if (route.takesIdempotencyKey()) {
            parameters.add(parameter(
                    "Idempotency-Key",
                    "header",
                    "A repeated request with the same key gets the first answer again; for 24 hours.",
                    false,
                    Tree.of("type", "string", "minLength", 1, "maxLength", 255)));
        }
        return parameters;
    }

    private static Map<String, Object> parameter(
            String name, String in, String about, boolean required, Map<String, Object> schema) {
        return Tree.of("name", name, "in", in, "description", about, "required", required, "schema", schema);
    }

    private static Map<String, Object> schema(Parameter parameter) {
        return switch (parameter) {
            case Parameter.Text text -> Tree.of("type", "string", "maxLength", text.maxLength());
            case Parameter.Choice choice -> Tree.of("type", "string", "enum", choice.words());
            case Parameter.Whole whole ->
                Tree.of(
                        "type",
                        "integer",
                        "minimum",
                        whole.min(),
                        "maximum",
                        whole.max(),
                        "default",
                        whole.byDefault());
            case Parameter.Moment ignored -> Tree.of("type", "string", "format", "date-time");
        };
    }

    private Map<String, Object> responses(Route route) {
        Map<String, Object> responses = new LinkedHashMap<>();
        boolean ofApiFamily = route.path().startsWith("/api/");
        responses.put(Integer.toString(route.gives().status()), success(route.gives()));
        if (route.gives().otherwise() != 0) {
            responses.put(Integer.toString(route.gives().otherwise()), success(route.gives()));
        }
        if (!(route.access() instanceof Access.Open)) {
            responses.put("401", problem(ofApiFamily, "The token is missing or invalid."));
            responses.put(
                    "429",
                    problem(
                            ofApiFamily,
                            "Too many invalid tokens came from this address, or the mails of the day have left; see Retry-After."));
            responses.put("503", problem(ofApiFamily, "Not just now; see Retry-After."));
        }
        if (route.access() instanceof Access.Scoped) {
            responses.put("403", problem(ofApiFamily, "The token may not do this."));
        }
        if (route.path().contains("{")) {
            responses.put("404", problem(ofApiFamily, "There is no such thing, or it is not yours."));
        }
        if (route.takesIdempotencyKey()) {
            responses.put(
                    "409", problem(ofApiFamily, "The state has moved on, or a request with this key is under way."));
        } else if (route.method() != Method.GET) {
            responses.put("409", problem(ofApiFamily, "The state has moved on."));
        }
        if (route.body() != null) {
            String type = route.body().isForm() ? "form" : "JSON";
            responses.put("400", problem(ofApiFamily, "The body is no valid " + type + "."));
            responses.put("413", problem(ofApiFamily, "The body is too long."));
            responses.put("415", problem(ofApiFamily, "The body is no " + type + "."));
        }
        if (route.body() != null || !route.parameters().isEmpty()) {
            responses.put("422", problem(ofApiFamily, "A field or parameter cannot be used; errors tells which."));
        }
        responses.put("500", problem(ofApiFamily, "Something went wrong; the log tells more under the incident's id."));
        return responses;
    }

    private Map<String, Object> success(Route.Gives gives) {
        if (gives.contentType().isEmpty()) {
            return Tree.of("description", "It is done.");
        }
        Map<String, Object> media = new LinkedHashMap<>();
        if (gives.type() != null) {
            Map<String, Object> schema = schemas.answer(gives.type());
            media.put("schema", gives.isList() ? Tree.of("type", "array", "items", schema) : schema);
        }
        return Tree.of("description", "The answer.", "content", Tree.of(gives.contentType(), media));
    }

    private Map<String, Object> problem(boolean ofApiFamily, String description) {
        Map<String, Object> content = ofApiFamily
                ? Tree.of("application/json", Tree.of("schema", schemas.answer(FailureJson.class)))
                : Tree.of(PROBLEM, Tree.of("schema", schemas.answer(Problem.class)));
        return Tree.of("description", description, "content", content);
    }

    /** The package of the feature is not to be seen in a path, but its noun is. */
    private static String feature(Route route) {
        String[] steps = route.canonicalPath().split("/");
        boolean email = route.canonicalPath().startsWith("/v1/api/email/");
        boolean versioned = steps[1].equals("v1") || steps[1].equals("api");
        return email ? "email " + steps[4] : versioned ? steps[2] : "server";
    }

    /** Such as {@code get_v1_agents_id}. */
    private static String operationId(Route route) {
        String path = route.canonicalPath().replaceAll("[{}]", "").replaceAll("[^a-z0-9_]", "_");
        return route.method().name().toLowerCase(Locale.ROOT) + path;
    }
}
