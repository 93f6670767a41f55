package org.chancery.delivery.net;

import java.net.Inet4Address;
import java.net.InetAddress;

/** The addresses at which nothing of a stranger can be, neither mail exchanger nor webhook (RFC 6890 and its registries). */
public final class PrivateAddresses {
    private PrivateAddresses() {}

    public static boolean contains(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return true;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isReserved4(bytes, 0) : isReserved6(bytes);
    }

    private static boolean isReserved4(byte[] bytes, int from) {
        int first = bytes[from] & 0xff;
        int second = bytes[from + 1] & 0xff;
        int third = bytes[from + 2] & 0xff;
        return first == 0 // "this" network
                || first == 10
                || first == 127
                || (first == 100 && second >= 64 && second < 128) // carriers' NAT, RFC 6598
                || (first == 169 && second == 254)
                || (first == 172 && second >= 16 && second < 32)
                || (first == 192 && second == 0 && third == 0) // protocol assignments
                || (first == 192 && second == 168)
                || (first == 198 && (second == 18 || second == 19)) // benchmarks, RFC 2544
                || first >= 224; // multicast, reserved, broadcast
    }

    private static boolean isReserved6(byte[] bytes) {
        int first = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
        if ((first & 0xfe00) == 0xfc00) { // unique local, RFC 4193
            return true;
        }
        if (first == 0x2002) { // 6to4 carries an IPv4 address in the bytes after the prefix, RFC 3056
            return isReserved4(bytes, 2);
        }
        if (first == 0x0064 && bytes[2] == (byte) 0xff && bytes[3] == (byte) 0x9b) { // NAT64, RFC 6052
            // The prefix for local use (RFC 8215) is a network's own.
            return bytes[4] != 0 || bytes[5] != 0 || isReserved4(bytes, 12);
        }
        if (first == 0x2001 && bytes[2] == 0 && bytes[3] == 0) { // Teredo carries addresses in disguise, RFC 4380
            return true;
        }
        if (first == 0x0100 && bytes[2] == 0 && bytes[3] == 0) { // discard only, RFC 6666
            return true;
        }
        // ::/96, IPv4-compatible and long dead; Java makes IPv4 of ::ffff:0:0/96 by itself.
        for (int i = 0; i < 12; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
