package org.chancery.delivery.sts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.chancery.core.sts.StsPolicy.Mode;
import org.chancery.core.sts.StsSource.Announced;
import org.chancery.core.sts.StsSource.Fetched;
import org.chancery.delivery.net.Dns;
import org.chancery.delivery.smtp.Tls;
import org.chancery.delivery.webhook.GuardedFetch;
import org.chancery.delivery.webhook.NameServerLookup;
import org.chancery.delivery.webhook.WebhookGuard;
import org.chancery.testkit.peer.PeerCertificate;
import org.chancery.testkit.peer.ScriptedDns;
import org.chancery.testkit.peer.ScriptedHttpPeer;
import org.chancery.testkit.peer.ScriptedHttpPeer.Reply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Announcements by a scripted DNS, policies from a real web server with TLS. */
class PublishedPoliciesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String POLICY = "version: STSv1\r\nmode: enforce\r\nmx: *.peer.test\r\nmax_age: 86400\r\n";

    private final ScriptedDns dns = ScriptedDns.start()
            .a("mta-sts.peer.test", "127.0.0.1")
            .a("mta-sts.other.example", "127.0.0.1")
            .txt("_mta-sts.peer.test", "v=STSv1; id=20260301;");
    private final ScriptedHttpPeer web = ScriptedHttpPeer.startSecured(
            request -> Reply.of(200, POLICY).with("Content-Type", "text/plain; charset=utf-8"));
    private @Nullable GuardedFetch fetch;

    @AfterEach
    void stop() {
        if (fetch != null) {
            fetch.close();
        }
        web.close();
        dns.close();
    }

    private PublishedPolicies policies(boolean allowPrivate, Duration limit) {
        List<InetSocketAddress> servers = List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(dns)));
        fetch = new GuardedFetch(
                new WebhookGuard(NameServerLookup.asking(servers, PATIENCE), allowPrivate),
                new Tls(PeerCertificate.trusted()).proving(),
                limit);
        return new PublishedPolicies(Dns.asking(servers, PATIENCE), fetch, web.port());
    }

    private static int port(ScriptedDns dns) {
        return Integer.parseInt(dns.hostPort().substring(dns.hostPort().lastIndexOf(':') + 1));
    }

    private String failure(String domain) {
        return assertInstanceOf(Fetched.Failed.class, policies(true, PATIENCE).fetch(domain))
                .why();
    }

    @Test
    void a_policy_is_announced_and_fetched() {
        PublishedPolicies policies = policies(true, PATIENCE);
        assertEquals(new Announced.Id("20260301"), policies.announced("peer.test"));
        assertEquals(new Announced.Nothing(), policies.announced("other.example"));
        Fetched.Policy fetched = assertInstanceOf(Fetched.Policy.class, policies.fetch("peer.test"));
        assertEquals(Mode.ENFORCE, fetched.policy().mode());
        assertEquals(List.of("*.peer.test"), fetched.policy().mx());
        assertEquals("GET", web.requests().getFirst().method());
        assertEquals("/.well-known/mta-sts.txt", web.requests().getFirst().target());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=STSv1; id=1 | 1",
                "v=STSv1;id=aB9 | aB9",
                "v=STSv1; further=x; id=1; | 1",
                "v=STSv1 | ",
                "v=STSv1; id= | ",
                "v=STSv1; id=no-dashes | ",
                "v=STSv1; id=0123456789012345678901234567890123 | ",
                "v=STSv2; id=1 | ",
                "id=1; v=STSv1 | "
            })
    void an_announcement_has_one_form(String text, @Nullable String id) {
        assertEquals(
                id == null ? new Announced.Nothing() : new Announced.Id(id),
                PublishedPolicies.announced(List.of("v=spf1 -all", text)));
    }

    @Test
    void two_announcements_are_none() {
        assertEquals(new Announced.Nothing(), PublishedPolicies.announced(List.of("v=STSv1; id=1", "v=STSv1; id=2")));
    }

    @Test
    void a_name_server_that_does_not_answer_says_nothing_about_the_policy() {
        dns.servfail("_mta-sts.peer.test");
        assertEquals(new Announced.Unknown(), policies(true, PATIENCE).announced("peer.test"));
    }

    @Test
    void redirects_are_not_followed() {
        web.script(request -> Reply.of(302, "").with("Location", "https://mta-sts.peer.test/elsewhere"));
        assertEquals("it answers 302", failure("peer.test"));
        assertEquals(1, web.requests().size());
    }

    @Test
    void a_page_is_no_policy() {
        web.script(request -> Reply.of(200, POLICY).with("Content-Type", "text/html"));
        assertEquals("its type is no text/plain", failure("peer.test"));
        web.script(request -> Reply.of(200, "Welcome").with("Content-Type", "text/plain"));
        assertEquals("it is no policy", failure("peer.test"));
    }

    @Test
    void no_more_is_read_than_a_policy_can_have() {
        web.script(request -> Reply.of(200, POLICY + "x: y\r\n".repeat(11_000)).with("Content-Type", "text/plain"));
        assertEquals("its answer has more than 65536 octets", failure("peer.test"));
    }

    @Test
    void a_certificate_for_another_name_proves_nothing() {
        assertEquals("TLS could not prove the host", failure("other.example"));
        assertEquals(List.of(), web.requests());
    }

    @Test
    void a_policy_at_a_private_address_is_not_fetched() {
        Fetched.Failed failed =
                assertInstanceOf(Fetched.Failed.class, policies(false, PATIENCE).fetch("peer.test"));
        assertTrue(failed.why().contains("must not lead to a private"), failed.why());
        assertEquals(List.of(), web.requests());
    }

    @Test
    void a_web_server_that_says_nothing_is_left_in_time() {
        web.script(request -> Reply.of(200, POLICY).after(PATIENCE));
        Fetched.Failed failed = assertInstanceOf(
                Fetched.Failed.class, policies(true, Duration.ofMillis(300)).fetch("peer.test"));
        assertTrue(failed.why().startsWith("no answer within"), failed.why());
    }
}
