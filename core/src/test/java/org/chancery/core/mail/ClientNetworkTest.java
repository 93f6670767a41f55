package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientNetworkTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.254, true",
        "192.0.2.1, 192.0.3.1, false",
        "2001:db8:1::1, 2001:db8:1:ffff::2, true",
        "2001:db8:1::1, 2001:db8:2::1, false",
    })
    void neighbours_share_a_network(String one, String other, boolean neighbours) throws UnknownHostException {
        assertEquals(
                neighbours,
                ClientNetwork.of(InetAddress.getByName(one)).equals(ClientNetwork.of(InetAddress.getByName(other))));
    }
}
