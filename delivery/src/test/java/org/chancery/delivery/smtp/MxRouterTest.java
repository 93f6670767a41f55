package org.chancery.delivery.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.chancery.delivery.smtp.DeliveryConfig.MailExchangers;
import org.chancery.testkit.peer.ScriptedDns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RFC 5321 §5.1 and RFC 7505, against a name server. */
class MxRouterTest {
    private static final InetAddress OUR_ADDRESS = new InetSocketAddress("203.0.113.7", 25).getAddress();

    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final Predicate<String> ANY = host -> true;

    private final ScriptedDns dns = ScriptedDns.start();

    @AfterEach
    void stop() {
        dns.close();
    }

    @Test
    void exchangers_are_tried_by_preference() {
        dns.mx("example.com", 20, "second.example.com")
                .mx("example.com", 10, "first.example.com")
                .mx("example.com", 30, "third.example.com")
                .a("first.example.com", "8.0.0.1")
                .a("second.example.com", "8.0.0.2")
                .a("third.example.com", "8.0.0.3");
        assertEquals(
                List.of("first.example.com 8.0.0.1", "second.example.com 8.0.0.2", "third.example.com 8.0.0.3"),
                hops(router().to("example.com", ANY)));
    }

    @Test
    void equals_take_turns() {
        for (String host : List.of("a", "b", "c")) {
            dns.mx("example.com", 10, host + ".example.com").a(host + ".example.com", "8.0.0.1");
        }
        Set<String> first = new HashSet<>();
        MxRouter router = router();
        for (int i = 0; i < 60; i++) {
            first.add(hops(router.to("example.com", ANY)).getFirst());
        }
        assertEquals(3, first.size());
    }

    @Test
    void a_domain_without_mx_is_its_own_exchanger() {
        dns.a("example.com", "8.0.0.1").aaaa("example.com", "2a00::1");
        assertEquals(
                List.of("example.com 8.0.0.1", "example.com 2a00:0:0:0:0:0:0:1"),
                hops(router().to("example.com", ANY)));
    }

    @Test
    void a_domain_with_mx_is_not_its_own_exchanger() {
        dns.mx("example.com", 10, "gone.example.com").a("example.com", "8.0.0.1");
        assertEquals("550 5.4.4", none(router().to("example.com", ANY), false));
    }

    @Test
    void a_null_mx_takes_no_mail() {
        dns.nullMx("example.com").a("example.com", "8.0.0.1");
        assertEquals("556 5.1.10", none(router().to("example.com", ANY), false));
    }

    @Test
    void a_null_mx_beside_others_says_nothing() {
        dns.nullMx("example.com").mx("example.com", 10, "mx.example.com").a("mx.example.com", "8.0.0.1");
        assertEquals(List.of("mx.example.com 8.0.0.1"), hops(router().to("example.com", ANY)));
    }

    @Test
    void a_domain_that_does_not_exist_takes_no_mail() {
        assertEquals("550 5.1.2", none(router().to("nowhere.example", ANY), false));
    }

    @Test
    void a_domain_without_any_address_takes_no_mail() {
        dns.txt("example.com", "v=spf1 -all");
        assertEquals("550 5.4.4", none(router().to("example.com", ANY), false));
    }

    @Test
    void name_servers_in_trouble_are_asked_again_later() {
        dns.servfail("example.com");
        assertEquals("451 4.4.3", none(router().to("example.com", ANY), true));
    }

    @Test
    void silent_name_servers_are_asked_again_later() {
        dns.silent("example.com");
        assertEquals("451 4.4.3", none(router(MOMENT, false).to("example.com", ANY), true));
    }

    @Test
    void where_one_name_server_is_silent_another_is_asked() {
        dns.a("example.com", "8.0.0.1");
        try (ScriptedDns mute = ScriptedDns.start().silent("example.com")) {
            MailExchangers exchangers = new MailExchangers(
                    List.of(HostPort.parse(mute.hostPort()), HostPort.parse(dns.hostPort())),
                    Duration.ofSeconds(4),
                    host -> false,
                    25,
                    false);
            assertEquals(List.of("example.com 8.0.0.1"), hops(router(exchangers).to("example.com", ANY)));
        }
    }

    @Test
    void an_exchanger_whose_address_is_not_told_now_is_asked_for_later() {
        dns.mx("example.com", 10, "mx.example.com").servfail("mx.example.com");
        assertEquals("451 4.4.3", none(router().to("example.com", ANY), true));
    }

    @Test
    void an_exchanger_without_address_is_passed_over() {
        dns.mx("example.com", 10, "gone.example.com")
                .mx("example.com", 20, "broken.example.com")
                .servfail("broken.example.com")
                .mx("example.com", 30, "mx.example.com")
                .a("mx.example.com", "8.0.0.1");
        assertEquals(List.of("mx.example.com 8.0.0.1"), hops(router().to("example.com", ANY)));
    }

    @Test
    void a_slow_name_server_is_waited_for() {
        dns.a("example.com", "8.0.0.1").delay("example.com", Duration.ofMillis(50));
        assertEquals(List.of("example.com 8.0.0.1"), hops(router().to("example.com", ANY)));
    }

    @Test
    void an_alias_stands_for_its_target() {
        dns.cname("alias.example", "example.com")
                .mx("example.com", 10, "mx.example.com")
                .cname("mx.example.com", "host.example.net")
                .a("host.example.net", "8.0.0.1");
        assertEquals(List.of("mx.example.com 8.0.0.1"), hops(router().to("alias.example", ANY)));
    }

    @Test
    void aliases_in_a_circle_lead_nowhere_for_now() {
        dns.cname("a.example", "b.example").cname("b.example", "a.example");
        assertEquals("451 4.4.3", none(router().to("a.example", ANY), true));
    }

    @Test
    void an_answer_too_long_for_udp_comes_over_tcp() {
        for (int i = 0; i < 60; i++) {
            dns.mx("example.com", 60 - i, "a-rather-long-name-of-a-host-number-" + i + ".example.com");
        }
        dns.a("a-rather-long-name-of-a-host-number-59.example.com", "8.0.0.1");
        assertEquals(
                List.of("a-rather-long-name-of-a-host-number-59.example.com 8.0.0.1"),
                hops(router().to("example.com", ANY)));
        assertTrue(dns.queries().stream().filter("example.com. MX"::equals).count() > 1);
    }

    @Test
    void from_ourselves_on_exchangers_are_cut_off() {
        dns.mx("example.com", 10, "first.example.com")
                .mx("example.com", 20, "mail.sender.test")
                .mx("example.com", 20, "equal.example.com")
                .mx("example.com", 30, "third.example.com")
                .a("first.example.com", "8.0.0.1")
                .a("equal.example.com", "8.0.0.2")
                .a("third.example.com", "8.0.0.3");
        assertEquals(List.of("first.example.com 8.0.0.1"), hops(router().to("example.com", ANY)));
    }

    @Test
    void mail_that_would_come_back_to_ourselves_is_not_sent() {
        dns.mx("example.com", 10, "Mail.Sender.Test").mx("other.example", 10, "also-us.sender.test");
        assertEquals("554 5.4.6", none(router().to("example.com", ANY), false));
        assertEquals("554 5.4.6", none(router().to("other.example", ANY), false));
        dns.a("mail.sender.test", "8.0.0.1");
        assertEquals("554 5.4.6", none(router().to("mail.sender.test", ANY), false));
    }

    @Test
    void ourselves_are_known_by_address_too() {
        dns.mx("example.com", 10, "first.example.com")
                .mx("example.com", 20, "equal.example.com")
                .mx("example.com", 20, "us.elsewhere.example")
                .mx("example.com", 30, "third.example.com")
                .mx("backed.example", 10, "us.elsewhere.example")
                .a("first.example.com", "8.0.0.1")
                .a("equal.example.com", "8.0.0.2")
                .a("us.elsewhere.example", OUR_ADDRESS.getHostAddress())
                .a("third.example.com", "8.0.0.3");
        assertEquals(List.of("first.example.com 8.0.0.1"), hops(router().to("example.com", ANY)));
        assertEquals("554 5.4.6", none(router().to("backed.example", ANY), false));
        assertEquals("554 5.4.6", none(router().to("us.elsewhere.example", ANY), false));
    }

    @Test
    void this_machine_knows_its_own_addresses() throws IOException {
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            network.inetAddresses()
                    .forEach(address -> assertEquals(!address.isLoopbackAddress(), OwnAddresses.contain(address)));
        }
        assertFalse(OwnAddresses.contain(OUR_ADDRESS));
    }

    @Test
    void strangers_cannot_send_us_into_our_own_network() {
        dns.mx("example.com", 10, "a.example.com")
                .a("a.example.com", "127.0.0.1")
                .a("a.example.com", "10.0.0.1")
                .aaaa("a.example.com", "::1");
        assertEquals("550 5.4.4", none(router().to("example.com", ANY), false));
        dns.mx("example.com", 20, "b.example.com").a("b.example.com", "8.0.0.1").a("b.example.com", "192.168.0.1");
        assertEquals(List.of("b.example.com 8.0.0.1"), hops(router().to("example.com", ANY)));
    }

    @Test
    void where_an_operator_allows_it_private_addresses_are_as_good() {
        dns.mx("example.com", 10, "a.example.com").a("a.example.com", "127.0.0.1");
        assertEquals(
                List.of("a.example.com 127.0.0.1"),
                hops(router(Couriers.PATIENCE, true).to("example.com", ANY)));
    }

    @Test
    void the_addresses_of_one_host_leave_room_for_the_next() {
        dns.mx("example.com", 10, "a.example.com").mx("example.com", 20, "b.example.com");
        for (int i = 1; i <= 6; i++) {
            dns.a("a.example.com", "8.0.0." + i).aaaa("a.example.com", "2a00::" + i);
        }
        dns.a("b.example.com", "8.0.1.1");
        List<String> hops = hops(router().to("example.com", ANY));
        assertEquals(3, hops.size());
        assertTrue(hops.get(0).startsWith("a.example.com 8.0.0."));
        assertTrue(hops.get(1).startsWith("a.example.com 2a00:"));
        assertEquals("b.example.com 8.0.1.1", hops.get(2));
    }

    @Test
    void the_addresses_of_an_only_host_are_all_tried_within_the_limit() {
        dns.mx("example.com", 10, "a.example.com");
        for (int i = 1; i <= 9; i++) {
            dns.a("a.example.com", "8.0.0." + i);
        }
        assertEquals(5, hops(router().to("example.com", ANY)).size());
    }

    @Test
    void a_domain_that_lists_very_many_hosts_does_not_keep_us_busy() {
        for (int i = 0; i < 40; i++) {
            dns.mx("example.com", i, "h" + i + ".example.com");
        }
        none(router().to("example.com", ANY), false);
        assertFalse(dns.queries().contains("h10.example.com. A"));
    }

    @Test
    void hosts_that_mail_may_not_be_shown_to_take_no_room() {
        for (int i = 0; i < 40; i++) {
            dns.mx("example.com", i, "h" + i + ".example.com").a("h" + i + ".example.com", "8.0.0.1");
        }
        assertEquals(List.of("h37.example.com 8.0.0.1"), hops(router().to("example.com", "h37.example.com"::equals)));
        assertFalse(dns.queries().contains("h0.example.com. A"));
    }

    @Test
    void a_domain_none_of_whose_hosts_mail_may_be_shown_to_is_told_from_one_without_hosts() {
        dns.mx("example.com", 10, "mx.example.com").a("mx.example.com", "8.0.0.1");
        assertInstanceOf(Route.Barred.class, router().to("example.com", host -> false));
        assertEquals("550 5.1.2", none(router().to("nowhere.example", host -> false), false));
    }

    private MxRouter router() {
        return router(Couriers.PATIENCE, false);
    }

    private MxRouter router(Duration dnsTimeout, boolean allowPrivateAddresses) {
        MailExchangers exchangers = new MailExchangers(
                List.of(HostPort.parse(dns.hostPort())),
                dnsTimeout,
                "also-us.sender.test"::equals,
                25,
                allowPrivateAddresses);
        return router(exchangers);
    }

    private static MxRouter router(MailExchangers exchangers) {
        DeliveryConfig config = new DeliveryConfig(exchangers, Couriers.HELO, 5, Couriers.PATIENT);
        return new MxRouter(exchangers.dns(), exchangers, config, OUR_ADDRESS::equals, new Random(7));
    }

    private static List<String> hops(Route route) {
        return assertInstanceOf(Route.Through.class, route).hops().stream()
                .map(hop -> hop.host() + " " + hop.address().getAddress().getHostAddress())
                .toList();
    }

    /** The codes of the reply. */
    private static String none(Route route, boolean forNow) {
        Route.None none = assertInstanceOf(Route.None.class, route);
        assertEquals(forNow, none.forNow());
        String[] words = none.reply().split(" ", 3);
        return words[0] + " " + words[1];
    }
}
