package org.chancery.api.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down those who try tokens: a client may fail so often at once, and then once in a while. Clients are IPv4
 * addresses and IPv6 /64 networks, which is what one subscriber is given (RFC 6177).
 */
final class FailedTries {
    /** A misconfigured client on several connections gets so far without noticing. */
    private static final int FREE = 20;

    private static final Duration ONE_MORE_EVERY = Duration.ofSeconds(3);

    /** Clients remembered at once; the one that failed least lately is forgotten first. */
    private static final int MAX_CLIENTS = 10_000;

    private record Client(boolean ipv6, long prefix) {
        static Client of(InetAddress address) {
            ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
            return address instanceof Inet6Address
                    ? new Client(true, bytes.getLong())
                    : new Client(false, bytes.getInt());
        }
    }

    /** When all the tries that a client used up are given back; further off the more it failed. */
    private final Map<Client, Instant> paidOffAt = new LinkedHashMap<>();

    /** How long the client has to wait before its next try; zero where it may try now. */
    synchronized Duration wait(InetAddress address, Instant now) {
        Instant paidOff = paidOffAt.get(Client.of(address));
        if (paidOff == null) {
            return Duration.ZERO;
        }
        Duration wait = Duration.between(now, paidOff).minus(ONE_MORE_EVERY.multipliedBy(FREE - 1));
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** The client tried a token that is none. */
    synchronized void failed(InetAddress address, Instant now) {
        Client client = Client.of(address);
        Instant paidOff = paidOffAt.remove(client);
        Instant from = paidOff == null || paidOff.isBefore(now) ? now : paidOff;
        paidOffAt.put(client, from.plus(ONE_MORE_EVERY));
        if (paidOffAt.size() > MAX_CLIENTS) {
            paidOffAt.remove(paidOffAt.keySet().iterator().next());
        }
    }
}
