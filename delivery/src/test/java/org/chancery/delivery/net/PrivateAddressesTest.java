package org.chancery.delivery.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Address;

class PrivateAddressesTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, true",
        "0.1.2.3, true",
        "9.255.255.255, false",
        "10.0.0.1, true",
        "11.0.0.0, false",
        "100.63.255.255, false",
        "100.64.0.1, true",
        "100.127.255.255, true",
        "100.128.0.0, false",
        "127.0.0.1, true",
        "127.255.255.254, true",
        "169.254.169.254, true",
        "172.15.255.255, false",
        "172.16.0.1, true",
        "172.31.255.255, true",
        "172.32.0.0, false",
        "192.0.0.8, true",
        "192.167.255.255, false",
        "192.168.1.1, true",
        "198.17.255.255, false",
        "198.18.0.1, true",
        "198.19.255.255, true",
        "198.20.0.0, false",
        "223.255.255.255, false",
        "224.0.0.1, true",
        "240.0.0.1, true",
        "255.255.255.255, true",
        "8.8.8.8, false",
        "::, true",
        "::1, true",
        "::10.0.0.1, true",
        "::ffff:10.0.0.1, true",
        "::ffff:8.8.8.8, false",
        "64:ff9b::a00:1, true",
        "64:ff9b::808:808, false",
        "2002:a00:1::1, true",
        "2002:808:808::1, false",
        "2a00:1450:4001::1, false",
        "fbff::1, false",
        "fc00::1, true",
        "fdff::1, true",
        "fe80::1, true",
        "febf::1, true",
        "fec0::1, true",
        "ff02::1, true"
    })
    void strangers_are_met_at_public_addresses_only(String address, boolean isPrivate) throws UnknownHostException {
        assertEquals(isPrivate, PrivateAddresses.contains(Address.getByAddress(address)));
    }
}
