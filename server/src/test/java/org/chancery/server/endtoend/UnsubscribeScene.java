package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.clock.TurningClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A server whose mail says how its recipient gets no more, and whoever clicks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class UnsubscribeScene {
    static final String PUBLIC_URL = "https://post.acme.example";
    static final String ONE_CLICK = "List-Unsubscribe=One-Click";
    static final String FORM = "application/x-www-form-urlencoded";
    static final Pattern LINK =
            Pattern.compile("(?m)^List-Unsubscribe:\\s+<" + PUBLIC_URL + "(/unsubscribe/[^>]+)>\r?$");

    final TurningClock clock = TurningClock.atStart();
    final HttpClient http = HttpClient.newHttpClient();
    RunningServer server;
    Approvals approvals;
    String inbox = "";

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, Map.of(Keys.HTTP_PUBLIC_URL, PUBLIC_URL + "/"), clock);
        approvals = new Approvals(server);
        inbox = server.makeEndpoint("letters", "");
    }

    @AfterAll
    void stop() {
        server.close();
        http.close();
    }

    static String mail(String to, String subject, String further) {
        return "{\"to\": [{\"email\": \"" + to + "\"}], \"subject\": \"" + subject
                + "\", \"text_body\": \"The news.\", \"list_unsubscribe\": true" + further + "}";
    }

    Answer send(String to, String subject) {
        return server.admin
                .post("/v1/messages/", mail(to, subject, ", \"inbox_id\": \"" + inbox + "\""))
                .expect(202);
    }

    String arrived(String subject) {
        return approvals.awaitArrival(subject).getFirst().content().text();
    }

    static String linkIn(String mail) {
        Matcher link = LINK.matcher(mail);
        assertTrue(link.find(), mail);
        return link.group(1);
    }

    HttpResponse<String> post(RunningServer at, String link, String type, String form) {
        return call(at, link, type, form);
    }

    HttpResponse<String> click(String link) {
        return post(server, link, FORM, ONE_CLICK);
    }

    HttpResponse<String> look(String link) {
        return call(server, link, "", null);
    }

    HttpResponse<String> call(RunningServer at, String link, String type, @Nullable String form) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.port("http") + link))
                .timeout(RunningServer.PATIENCE);
        if (form != null) {
            request.header("Content-Type", type).POST(BodyPublishers.ofString(form));
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    int suppression(String address) {
        return server.admin.get("/v1/suppressions/" + address + "/").status();
    }

    List<JsonNode> told(String address) {
        return Approvals.each(server.admin
                        .get("/v1/events/?types=contact.unsubscribed&limit=500")
                        .expect(200)
                        .body()
                        .path("events"))
                .filter(event -> event.path("payload").path("email").asText().equals(address))
                .toList();
    }

    String person(String email) {
        return server.admin
                .post("/v1/users/", "{\"email\": \"" + email + "\", \"name\": \"Somebody\", \"role\": \"member\"}")
                .expect(201)
                .text("user_id");
    }
}
