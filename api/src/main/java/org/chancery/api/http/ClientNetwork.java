package org.chancery.api.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Where a client comes from: an IPv4 address, or an IPv6 /64 network, which is what one subscriber is given (RFC 6177). */
public record ClientNetwork(boolean ipv6, long prefix) {

    static ClientNetwork of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet6Address
                ? new ClientNetwork(true, bytes.getLong())
                : new ClientNetwork(false, bytes.getInt());
    }
}
