package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ClientNetworkTest {

    private static ClientNetwork of(String address) throws UnknownHostException {
        return ClientNetwork.of(InetAddress.getByName(address));
    }

    @Test
    void an_ipv4_address_is_one_client() throws UnknownHostException {
        assertEquals(of("192.0.2.1"), of("192.0.2.1"));
        assertNotEquals(of("192.0.2.1"), of("192.0.2.2"));
    }

    @Test
    void an_ipv6_network_is_one_client() throws UnknownHostException {
        assertEquals(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff::2"));
        assertNotEquals(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
    }

    @Test
    void people_read_it_as_an_address_or_a_network() throws UnknownHostException {
        assertEquals("192.0.2.1", of("192.0.2.1").text());
        assertEquals("2001:db8:0:1:0:0:0:0/64", of("2001:db8:0:1::7").text());
    }
}
