package org.chancery.api.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who is believed when they say from where a call comes: the proxies before us. */
public record TrustedProxies(List<Network> networks) {
    private static final String OCTET = "(?:0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    /** With a colon; the library reads such as addresses only. */
    private static final Pattern LIKE_IPV6 = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

    private static final Pattern BITS = Pattern.compile("0|[1-9]\\d{0,2}");

    /** A proxy on this machine. */
    public static final TrustedProxies LOOPBACK = of(List.of("127.0.0.0/8", "::1"));

    public TrustedProxies {
        networks = List.copyOf(networks);
    }

    /** All addresses that begin as that one does, for so many bits. */
    public record Network(InetAddress address, int bits) {

        boolean contains(InetAddress other) {
            byte[] own = address.getAddress();
            byte[] others = other.getAddress();
            if (own.length != others.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((own[bit / 8] & mask) != (others[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Reads addresses and networks.
     *
     * @throws IllegalArgumentException where one is neither
     */
    public static TrustedProxies of(List<String> texts) {
        return new TrustedProxies(texts.stream().map(TrustedProxies::network).toList());
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        InetAddress address =
                address(slash < 0 ? text : text.substring(0, slash)).orElseThrow(() -> mistake(text));
        int all = address.getAddress().length * 8;
        if (slash < 0) {
            return new Network(address, all);
        }
        String bits = text.substring(slash + 1);
        if (!BITS.matcher(bits).matches() || Integer.parseInt(bits) > all) {
            throw mistake(text);
        }
        return new Network(address, Integer.parseInt(bits));
    }

    private static IllegalArgumentException mistake(String text) {
        return new IllegalArgumentException(
                "must be addresses or networks such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32, and not " + text);
    }

    /** An address that is spelled out; names are not looked up. */
    static Optional<InetAddress> address(String text) {
        if (!IPV4.matcher(text).matches() && !LIKE_IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException noAddress) {
            return Optional.empty();
        }
    }

    boolean contains(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }
}
