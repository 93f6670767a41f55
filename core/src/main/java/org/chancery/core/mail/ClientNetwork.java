package org.chancery.core.mail;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Whose a client's address is, as far as the address tells: one who sends from many of them mostly has neighbours. */
public final class ClientNetwork {
    /** A /24: fewer are not routed on the Internet. */
    private static final int OCTETS_OF_IPV4 = 3;

    /** A /48: what one site gets at most (RFC 6177). */
    private static final int OCTETS_OF_IPV6 = 6;

    private ClientNetwork() {}

    /** The network around the address; the same for all addresses in it. */
    public static String of(InetAddress client) {
        byte[] address = client.getAddress();
        int octets = address.length == 4 ? OCTETS_OF_IPV4 : OCTETS_OF_IPV6;
        return HexFormat.of().formatHex(Arrays.copyOf(address, octets));
    }
}
