package org.chancery.delivery.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chancery.delivery.webhook.WebhookGuard.Way;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookGuardTest {
    private static final WebhookGuard GUARD = new WebhookGuard(WebhookGuardTest::lookUp, false);

    private static List<InetAddress> lookUp(String host) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String address : switch (host) {
            case "hooks.example" -> List.of("203.0.113.7", "2606:4700::1");
            case "sneaky.example" -> List.of("203.0.113.7", "10.0.0.1");
            case "rebound.example" -> List.of("127.0.0.1");
            case "mapped.example" -> List.of("::ffff:169.254.169.254");
            default -> throw new UnknownHostException(host);
        }) {
            addresses.add(InetAddress.getByName(address));
        }
        return addresses;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://hooks.example/a?b=c",
                "http://hooks.example",
                "https://HOOKS.example.:8443/x",
                "https://203.0.113.9/",
                "https://[2606:4700::1]/",
                "https://unknown-yet.example/",
            })
    void what_lies_on_the_internet_may_be_called(String url) {
        assertEquals(Optional.empty(), GUARD.refusal(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // loopback, in all its spellings
                "http://127.0.0.1/",
                "http://127.1/",
                "http://127.0.1/",
                "http://2130706433/",
                "http://017700000001/",
                "http://0177.0.0.1/",
                "http://0x7f.0.0.1/",
                "http://0x7f000001/",
                "http://127.0.0.1./",
                "http://0.0.0.0/",
                "http://0/",
                "http://[::1]/",
                "http://[::]/",
                "http://[0:0:0:0:0:0:0:1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://[::ffff:7f00:1]/",
                "http://[::127.0.0.1]/",
                "http://localhost/",
                "http://LOCALHOST:8080/",
                "http://localhost./",
                "http://app.localhost/",
                "http://localhost.localdomain/",
                // private, link-local, carriers' NAT, multicast, reserved
                "http://10.1.2.3/",
                "http://172.16.0.1/",
                "http://172.31.255.255/",
                "http://192.168.0.1/",
                "http://100.64.0.1/",
                "http://169.254.1.1/",
                "http://198.18.0.1/",
                "http://192.0.0.1/",
                "http://224.0.0.1/",
                "http://255.255.255.255/",
                "http://[fe80::1]/",
                "http://[fe80::1%25eth0]/",
                "http://[fc00::1]/",
                "http://[fd12:3456::1]/",
                "http://[fec0::1]/",
                "http://[ff02::1]/",
                // an IPv4 address inside of an IPv6 one: NAT64, 6to4, Teredo
                "http://[64:ff9b::10.0.0.1]/",
                "http://[64:ff9b::7f00:1]/",
                "http://[64:ff9b:1::1]/",
                "http://[2002:7f00:1::1]/",
                "http://[2002:a00:1::]/",
                "http://[2001:0:7f00:1::]/",
                // metadata services
                "http://169.254.169.254/latest/meta-data/",
                "http://[fd00:ec2::254]/",
                "http://metadata.google.internal/",
                "http://100.100.100.200/",
                // names that mean something inside only
                "http://metadata/",
                "http://printer.local/",
                "http://db.internal/",
                "http://router.lan/",
                "http://nas.home.arpa/",
                "http://wiki.corp/",
                // names that lead there
                "http://sneaky.example/",
                "http://rebound.example/",
                "http://mapped.example/",
            })
    void what_lies_in_a_private_network_is_refused_however_it_is_spelled(String url) {
        assertTrue(GUARD.refusal(url).isPresent(), url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hooks.example",
                "//hooks.example/",
                "ftp://hooks.example/",
                "file:///etc/passwd",
                "gopher://hooks.example/",
                "javascript:alert(1)",
                "https:///path",
                "https://user@hooks.example/",
                "https://user:secret@hooks.example/",
                "https://hooks.example@127.0.0.1/",
                "https://127.0.0.1\\@hooks.example/",
                "https://hooks.example/#fragment",
                "https://hooks.example:0/",
                "https://hooks.example:65536/",
                "https://hooks.example:x/",
                "https://hooks example/",
                "https://hooks.example/\r\nX-Injected: yes",
                "https://hooks.example/\u0000",
                "https://höoks.example/",
                "https://ⓛocalhost/",
                "https://１２７.0.0.1/",
                "https://hooks%2eexample/",
                "https://[::1",
                "https://[not-an-address]/",
                "https://1.2.3/",
                "https://1.2.3.4.5/",
                "https://256.1.1.1/",
                "https://hooks.0x7f/",
            })
    void what_is_no_plain_web_address_is_refused(String url) {
        assertTrue(GUARD.refusal(url).isPresent(), url);
    }

    @Test
    void a_very_long_url_is_refused() {
        assertTrue(GUARD.refusal("https://hooks.example/" + "a".repeat(3000)).isPresent());
    }

    @Test
    void the_operator_may_allow_private_destinations_but_no_odd_spellings() {
        WebhookGuard open = new WebhookGuard(WebhookGuardTest::lookUp, true);
        assertFalse(open.refusal("http://127.0.0.1:9000/hook").isPresent());
        assertFalse(open.refusal("http://rebound.example/").isPresent());
        assertFalse(open.refusal("http://localhost/").isPresent());
        assertTrue(open.refusal("http://0x7f000001/").isPresent());
        assertTrue(open.refusal("ftp://127.0.0.1/").isPresent());
    }

    @Test
    void the_address_that_was_checked_is_the_one_to_connect_to() throws UnknownHostException {
        Way.Open open = assertInstanceOf(Way.Open.class, GUARD.way("https://hooks.example/"));
        assertEquals(InetAddress.getByName("203.0.113.7"), open.address());
        assertInstanceOf(Way.Unknown.class, GUARD.way("https://nowhere.example/"));
    }
}
