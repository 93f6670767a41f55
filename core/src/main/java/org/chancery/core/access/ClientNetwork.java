package org.chancery.core.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Whom limits are counted for: an IPv4 address or an IPv6 /64. The latter is what one subscriber is given (RFC 6177); by
 * single addresses, one client would be 2^64 clients.
 */
public record ClientNetwork(boolean ipv6, long prefix) {
    private static final int OCTETS_OF_IPV4 = 4;
    private static final int OCTETS_OF_IPV6 = 16;

    public static ClientNetwork of(InetAddress client) {
        ByteBuffer address = ByteBuffer.wrap(client.getAddress());
        return client instanceof Inet6Address
                ? new ClientNetwork(true, address.getLong())
                : new ClientNetwork(false, address.getInt());
    }

    /** For people: {@code 192.0.2.1}, or {@code 2001:db8:0:1:0:0:0:0/64}. */
    public String text() {
        byte[] octets = ipv6
                ? ByteBuffer.allocate(OCTETS_OF_IPV6).putLong(prefix).array()
                : ByteBuffer.allocate(OCTETS_OF_IPV4).putInt((int) prefix).array();
        try {
            String address = InetAddress.getByAddress(octets).getHostAddress();
            return ipv6 ? address + "/64" : address;
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
