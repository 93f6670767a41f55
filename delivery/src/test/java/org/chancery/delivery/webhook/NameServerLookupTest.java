package org.chancery.delivery.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.chancery.testkit.peer.ScriptedDns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameServerLookupTest {
    private static final Duration AMPLE = Duration.ofSeconds(30);
    private static final Duration MOMENT = Duration.ofMillis(300);

    @TempDir
    Path directory;

    private final ScriptedDns dns = ScriptedDns.start();
    private Path hosts;

    @BeforeEach
    void writeHosts() throws IOException {
        hosts = Files.writeString(
                directory.resolve("hosts"), "10.9.8.7 agents.inside.example agents\n127.0.0.1 localhost\n");
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    private List<String> addresses(String host, Duration limit) throws UnknownHostException {
        return NameServerLookup.asking(List.of(dns.address()), limit, hosts).addresses(host).stream()
                .map(InetAddress::getHostAddress)
                .toList();
    }

    @Test
    void the_name_servers_are_asked_for_both_families() throws UnknownHostException {
        dns.aaaa("hooks.example", "2606:4700::1")
                .a("hooks.example", "203.0.113.7")
                .a("hooks.example", "203.0.113.8");
        List<String> found = addresses("hooks.example", AMPLE);
        assertEquals(3, found.size());
        assertTrue(List.of("203.0.113.7", "203.0.113.8").containsAll(found.subList(0, 2)), found.toString());
        assertEquals("2606:4700:0:0:0:0:0:1", found.getLast());
    }

    @Test
    void aliases_are_followed() throws UnknownHostException {
        dns.cname("hooks.example", "edge.example").a("edge.example", "203.0.113.7");
        assertEquals(List.of("203.0.113.7"), addresses("hooks.example", AMPLE));
    }

    @Test
    void the_hosts_file_comes_first() throws UnknownHostException {
        dns.a("agents.inside.example", "203.0.113.7").aaaa("agents.inside.example", "2606:4700::1");
        assertEquals(List.of("10.9.8.7"), addresses("agents.inside.example", AMPLE));
        assertEquals(List.of("10.9.8.7"), addresses("agents", AMPLE));
        assertEquals(List.of(), dns.queries());
    }

    @Test
    void localhost_is_this_machine_whatever_anybody_says() throws UnknownHostException {
        dns.a("localhost", "203.0.113.7").a("app.localhost", "203.0.113.7");
        assertEquals(List.of("127.0.0.1", "0:0:0:0:0:0:0:1"), addresses("localhost", AMPLE));
        assertEquals(List.of("127.0.0.1", "0:0:0:0:0:0:0:1"), addresses("APP.localhost", AMPLE));
        assertEquals(List.of(), dns.queries());
    }

    @Test
    void what_has_no_address_is_unknown() {
        dns.txt("words.example", "no address").servfail("broken.example");
        for (String host : List.of("nowhere.example", "words.example", "broken.example", "a".repeat(64) + ".example")) {
            assertThrows(UnknownHostException.class, () -> addresses(host, AMPLE), host);
        }
    }

    @Test
    void a_name_that_hangs_is_given_up() {
        dns.silent("hangs.example");
        assertThrows(UnknownHostException.class, () -> addresses("hangs.example", MOMENT));
    }

    @Test
    void a_hosts_file_that_is_missing_is_an_empty_one() throws IOException {
        Files.delete(hosts);
        dns.a("hooks.example", "203.0.113.7");
        assertEquals(List.of("203.0.113.7"), addresses("hooks.example", AMPLE));
    }
}
