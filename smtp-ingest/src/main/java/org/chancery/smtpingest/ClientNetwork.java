package org.chancery.smtpingest;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Whom limits are counted for: an IPv4 address or an IPv6 /64. The latter is what one subscriber is given (RFC 6177); by
 * single addresses, one client would be 2^64 clients.
 */
record ClientNetwork(boolean ipv6, long prefix) {
    static ClientNetwork of(InetAddress client) {
        ByteBuffer address = ByteBuffer.wrap(client.getAddress());
        return client instanceof Inet6Address
                ? new ClientNetwork(true, address.getLong())
                : new ClientNetwork(false, address.getInt());
    }
}
