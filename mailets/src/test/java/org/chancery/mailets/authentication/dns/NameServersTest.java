package org.chancery.mailets.authentication.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chancery.mailets.authentication.dns.Dns.Answer;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.testkit.peer.ScriptedDns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameServersTest {
    private final ScriptedDns server = ScriptedDns.start();
    private final NameServers servers = NameServers.at(List.of(server.address()));

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer ask(String name, Type type) {
        try {
            return servers.ask(name, type).toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void records_are_found() {
        String text = "v=spf1 " + "x".repeat(600) + " -all";
        server.a("h.example", "192.0.2.1")
                .aaaa("h.example", "2001:db8::1")
                .mx("d.example", 20, "mx2.example")
                .mx("d.example", 10, "MX1.example")
                .txt("d.example", text)
                .ptr("192.0.2.1", "h.example")
                .cname("alias.example", "h.example");
        assertEquals(new Answer.Found(List.of("192.0.2.1")), ask("h.example", Type.A));
        assertEquals(new Answer.Found(List.of("2001:db8:0:0:0:0:0:1")), ask("H.example.", Type.AAAA));
        assertEquals(new Answer.Found(List.of("MX1.example", "mx2.example")), ask("d.example", Type.MX));
        assertEquals(new Answer.Found(List.of(text)), ask("d.example", Type.TXT));
        assertEquals(new Answer.Found(List.of("h.example")), ask("1.2.0.192.in-addr.arpa", Type.PTR));
        assertEquals(new Answer.Found(List.of("192.0.2.1")), ask("alias.example", Type.A));
    }

    @Test
    void what_is_not_there_is_nothing() {
        server.a("h.example", "192.0.2.1");
        assertEquals(new Answer.Nothing(), ask("nowhere.example", Type.TXT));
        assertEquals(new Answer.Nothing(), ask("h.example", Type.TXT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a..example", ".example"})
    void what_cannot_be_a_name_is_nothing(String name) {
        assertEquals(new Answer.Nothing(), ask(name, Type.A));
        assertEquals(new Answer.Nothing(), ask("x".repeat(64) + ".example", Type.A));
        assertEquals(new Answer.Nothing(), ask("x.".repeat(127) + "example", Type.A));
        assertEquals(List.of(), server.queries());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\\b.example",
                "a\\046b.example",
                "a b.example",
                "a@b.example",
                "a(b.example",
                "%$.example",
                "\u00e4.example"
            })
    void odd_names_are_asked_for_as_they_are(String name) {
        assertEquals(new Answer.Nothing(), ask(name, Type.A));
        assertEquals(1, server.queries().size(), server.queries().toString());
    }

    @Test
    void trouble_is_told() {
        server.servfail("broken.example").cname("one.example", "two.example").cname("two.example", "one.example");
        assertInstanceOf(Answer.Trouble.class, ask("broken.example", Type.TXT));
        assertInstanceOf(Answer.Trouble.class, ask("one.example", Type.TXT));
    }

    @Test
    void silence_about_one_name_is_waited_for_in_vain_and_says_nothing_of_others() {
        server.silent("silent.example").txt("d.example", "x");
        assertInstanceOf(Answer.Trouble.class, ask("silent.example", Type.TXT));
        assertEquals(new Answer.Found(List.of("x")), ask("d.example", Type.TXT));
    }

    @Test
    void where_the_servers_are_away_nothing_waits() {
        server.close();
        assertInstanceOf(Answer.Trouble.class, ask("d.example", Type.TXT));
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertInstanceOf(Answer.Trouble.class, ask("d" + i + ".example", Type.TXT));
        }
        assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(Duration.ofSeconds(30)) < 0);
    }
}
