package org.chancery.api.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Json;
import org.chancery.api.http.Route;
import org.jspecify.annotations.Nullable;

/** The calls that describe the API; themselves described as well. */
public final class OpenApiRoutes {
    private static final String PAGE = "docs.html";

    private final List<Route> described;
    private final String version;

    /** Made when first asked for, since few servers are ever asked. */
    private volatile byte @Nullable [] document;

    /** @param others all other routes */
    public OpenApiRoutes(List<Route> others, String version) {
        this.version = version;
        List<Route> all = new ArrayList<>(others);
        all.addAll(routes());
        this.described = List.copyOf(all);
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/openapi.json", "Describe every call, as OpenAPI 3.1 does")
                        .open()
                        .givesContent("application/json")
                        .handledBy(this::document),
                Route.get("/docs", "Show that description to people")
                        .open()
                        .givesContent("text/html; charset=utf-8")
                        .handledBy(this::page));
    }

    private Answer document(Call call) {
        byte[] json = document;
        if (json == null) {
            json = Json.write(new OpenApiDocument(described, version).tree());
            document = json;
        }
        return new Answer.Content(200, "application/json", json, Map.of());
    }

    private Answer page(Call call) throws IOException, NoSuchAlgorithmException {
        String page;
        try (InputStream in = OpenApiRoutes.class.getResourceAsStream(PAGE)) {
            if (in == null) {
                throw new IllegalStateException(PAGE + " is not on the class path");
            }
            page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        // Only the script and the style of this very page run in it, and they may fetch from here alone.
        String policy = "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'; script-src " + source(page, "script") + "; style-src "
                + source(page, "style");
        return new Answer.Content(
                200,
                "text/html; charset=utf-8",
                page.getBytes(StandardCharsets.UTF_8),
                Map.of("Content-Security-Policy", policy));
    }

    /** How a Content-Security-Policy names the content of the page's one element of that name (CSP 3 §8.4). */
    private static String source(String page, String element) throws NoSuchAlgorithmException {
        int from = page.indexOf('<' + element + '>') + element.length() + 2;
        String content = page.substring(from, page.indexOf("</" + element + '>'));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }
}
