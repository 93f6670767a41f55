package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.chancery.server.endtoend.OwnWorkspace.ENDPOINTS;
import static org.chancery.server.endtoend.OwnWorkspace.MESSAGES;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import org.chancery.testkit.clock.RunningClock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What lasts half a minute, and what lasts a day: the clock is put forward. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DaysTest {
    private final RunningClock clock = new RunningClock();
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, clock);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void who_is_at_a_mail_is_shown_for_half_a_minute() {
        OwnWorkspace acme = OwnWorkspace.on(server);
        acme.endpoint("desk", "");
        String message = acme.message(ADA, "desk", "looked at");
        acme.owner.post(MESSAGES + message + "/presence", "{\"typing\": true}").expect(200);
        assertEquals(1, acme.content(message).path("viewers").size());
        clock.putForward(Duration.ofSeconds(31));
        assertEquals(0, acme.content(message).path("viewers").size());
        acme.owner.post(MESSAGES + message + "/presence", "{\"typing\": false}").expect(200);
        assertEquals(1, acme.content(message).path("viewers").size());
    }

    @Test
    void turns_are_counted_anew_each_day() {
        OwnWorkspace acme = OwnWorkspace.on(server);
        String desk = acme.endpointOf(acme.agent("helper"), "desk");
        // Counted from here on, so that no midnight comes in between.
        clock.putForward(
                Duration.ofHours(24 - clock.instant().atZone(clock.getZone()).getHour()));
        acme.change(desk, "{\"max_turns_per_sender_day\": 1}");
        assertEquals("routed", acme.goes(ADA, "desk"));
        assertEquals("awaiting_review", acme.goes(ADA, "desk"));
        assertEquals("routed", acme.goes("bob@customer.example", "desk"), "another sender has turns of their own");
        acme.change(desk, "{\"max_turns_per_sender_day\": 20, \"max_turns_per_day\": 2}");
        assertEquals("awaiting_review", acme.goes("carl@customer.example", "desk"), "that makes two for all");
        clock.putForward(Duration.ofDays(1));
        assertEquals("routed", acme.goes("carl@customer.example", "desk"));
        acme.change(desk, "{\"max_turns_per_sender_day\": 1}");
        assertEquals("routed", acme.goes(ADA, "desk"));
    }

    @Test
    void an_idempotency_key_is_kept_for_a_day() {
        OwnWorkspace acme = OwnWorkspace.on(server);
        String json = "{\"localpart\": \"desk\", \"kind\": \"custom\"}";
        String made = acme.owner.post(ENDPOINTS, json, "the-same").expect(201).text("id");
        clock.putForward(Duration.ofHours(23));
        assertEquals(
                made, acme.owner.post(ENDPOINTS, json, "the-same").expect(201).text("id"));
        assertEquals("awaiting_review", acme.goes(ADA, "desk"));
    }
}
