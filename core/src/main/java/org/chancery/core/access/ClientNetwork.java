package org.chancery.core.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Whom limits are counted for: an IPv4 address or an IPv6 /64, which is the least that one link has (RFC 4291 §2.5.4); by
 * single addresses, one client would be 2^64 clients. A site is given more, up to a /48 (RFC 6177 §2): what is to hold against
 * somebody with all of it is counted for the {@link #site} as well.
 */
public record ClientNetwork(boolean ipv6, long prefix) {
    private static final int OCTETS_OF_IPV4 = 4;
    private static final int OCTETS_OF_IPV6 = 16;

    /** The bits of a /64 that tell the networks of a /48 apart. */
    private static final long WITHIN_SITE = 0xffffL;

    public static ClientNetwork of(InetAddress client) {
        ByteBuffer address = ByteBuffer.wrap(client.getAddress());
        return client instanceof Inet6Address
                ? new ClientNetwork(true, address.getLong())
                : new ClientNetwork(false, address.getInt());
    }

    /** The first network of the /48 around it, which stands for all of that; none around an IPv4 address. */
    Optional<ClientNetwork> site() {
        return ipv6 ? Optional.of(new ClientNetwork(true, prefix & ~WITHIN_SITE)) : Optional.empty();
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
