package org.chancery.mailets.authentication.spf;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An IP address with what SPF does to it. */
final class Address {
    private final byte[] octets;

    private Address(byte[] octets) {
        this.octets = octets;
    }

    /** Reads numbers, never a name; null where they are no address. No part of it may begin with a needless zero. */
    static @Nullable Address parse(String text) {
        int family = text.indexOf(':') < 0 ? org.xbill.DNS.Address.IPv4 : org.xbill.DNS.Address.IPv6;
        byte[] octets = org.xbill.DNS.Address.toByteArray(text, family);
        return octets == null ? null : new Address(octets);
    }

    /** An IPv4 address that is written as an IPv6 one counts as IPv4 (RFC 7208 §5). */
    static Address of(InetAddress address) {
        try {
            return new Address(InetAddress.getByAddress(address.getAddress()).getAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("an address of an odd length", impossible);
        }
    }

    boolean isIp4() {
        return octets.length == 4;
    }

    /** In bits. */
    int width() {
        return octets.length * 8;
    }

    /** Whether the first bits are those of the network; never across the two kinds of addresses. */
    boolean isIn(Address network, int bits) {
        if (network.octets.length != octets.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (octets[i] != network.octets[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || (octets[whole] ^ network.octets[whole]) >> (8 - rest) == 0;
    }

    /** As the macro {@code i} has it: an IPv6 address as single hexadecimal digits, in upper case as others do it (§7.3). */
    String dotted() {
        return isIp4() ? numbers() : String.join(".", digits()).toUpperCase(Locale.ROOT);
    }

    /** The name under which its PTR records are. */
    String reverseName() {
        List<String> parts = isIp4() ? new ArrayList<>(List.of(numbers().split("\\."))) : digits();
        Collections.reverse(parts);
        return String.join(".", parts) + (isIp4() ? ".in-addr.arpa" : ".ip6.arpa");
    }

    /** As people write it. */
    String readable() {
        try {
            InetAddress address = InetAddress.getByAddress(octets);
            return address instanceof Inet4Address ? numbers() : compressed(address.getHostAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of an odd length", impossible);
        }
    }

    private String numbers() {
        return (octets[0] & 0xff) + "." + (octets[1] & 0xff) + "." + (octets[2] & 0xff) + "." + (octets[3] & 0xff);
    }

    private List<String> digits() {
        return HexFormat.of()
                .formatHex(octets)
                .chars()
                .mapToObj(Character::toString)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    // RFC 5952 §4.2: the longest run of zeros is left out.
    private static String compressed(String groups) {
        String[] parts = groups.split(":");
        int start = -1;
        int length = 1;
        for (int i = 0; i < parts.length; i++) {
            int run = i;
            while (run < parts.length && parts[run].equals("0")) {
                run++;
            }
            if (run - i > length) {
                start = i;
                length = run - i;
            }
        }
        if (start < 0) {
            return groups;
        }
        List<String> all = List.of(parts);
        return String.join(":", all.subList(0, start)) + "::"
                + String.join(":", all.subList(start + length, parts.length));
    }
}
