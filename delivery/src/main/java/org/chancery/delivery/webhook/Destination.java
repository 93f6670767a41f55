package org.chancery.delivery.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL that may be called, taken apart.
 *
 * @param host in lower case, without brackets and the full stop at its end
 * @param literal the address that the host spells out, or null where it is a name
 */
record Destination(
        URI uri, boolean isTls, String host, @Nullable InetAddress literal, int port) {
    static final int MAX_LENGTH = 2000;

    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e&&[^\\\\\"<>^`{|}]]+");
    private static final Pattern OCTET = Pattern.compile("0|[1-9][0-9]{0,2}");

    /** WHATWG URL, "ends in a number": whoever reads such a host as an address does it each in another way. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");

    /** Names that mean something inside of a machine or network only (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal). */
    private static final List<String> INSIDE = List.of(
            "localhost",
            "localdomain",
            "local",
            "internal",
            "intranet",
            "private",
            "corp",
            "home",
            "lan",
            "home.arpa",
            "in-addr.arpa",
            "ip6.arpa");

    /** What came of reading a URL. */
    sealed interface Reading {
        record Usable(Destination destination) implements Reading {}

        record Unusable(String why) implements Reading {}
    }

    static Reading read(String url) {
        if (url.length() > MAX_LENGTH || !PRINTABLE.matcher(url).matches()) {
            return new Reading.Unusable("must be a URL of at most " + MAX_LENGTH + " printable ASCII characters");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException notAUrl) {
            return new Reading.Unusable("is no URL");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            return new Reading.Unusable("must begin with https:// or http://");
        }
        String host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            return new Reading.Unusable("must name a host, and neither a user nor a fragment");
        }
        boolean isTls = scheme.equals("https");
        int port = uri.getPort() == -1 ? (isTls ? 443 : 80) : uri.getPort();
        if (port < 1 || port > 65_535) {
            return new Reading.Unusable("must name a port from 1 to 65535, or none");
        }
        return host(uri, isTls, host.toLowerCase(Locale.ROOT), port);
    }

    private static Reading host(URI uri, boolean isTls, String host, int port) {
        if (host.startsWith("[")) {
            String literal = host.substring(1, host.length() - 1);
            // A zone would choose one of our own interfaces.
            return literal.contains("%")
                    ? new Reading.Unusable("must not name a zone")
                    : address(literal)
                            .<Reading>map(
                                    address -> new Reading.Usable(new Destination(uri, isTls, literal, address, port)))
                            .orElseGet(() -> new Reading.Unusable("names no address"));
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String last = name.substring(name.lastIndexOf('.') + 1);
        if (!NUMBER.matcher(last).matches()) {
            return new Reading.Usable(new Destination(uri, isTls, name, null, port));
        }
        return isDottedQuad(name)
                ? new Reading.Usable(
                        new Destination(uri, isTls, name, address(name).orElseThrow(), port))
                : new Reading.Unusable("must spell an address as four decimal numbers");
    }

    private static boolean isDottedQuad(String name) {
        String[] octets = name.split("\\.", -1);
        if (octets.length != 4) {
            return false;
        }
        for (String octet : octets) {
            if (!OCTET.matcher(octet).matches() || Integer.parseInt(octet) > 255) {
                return false;
            }
        }
        return true;
    }

    /** Of a literal: what has a colon, or is four numbers, is not looked up. */
    private static Optional<InetAddress> address(String literal) {
        try {
            return Optional.of(InetAddress.getByName(literal));
        } catch (UnknownHostException notOne) {
            return Optional.empty();
        }
    }

    /** Whether the host is a name that means something of our own wherever it is looked up. */
    boolean isInsideName() {
        return literal == null
                && (host.indexOf('.') < 0
                        || INSIDE.stream().anyMatch(name -> host.equals(name) || host.endsWith('.' + name)));
    }

    /** What stands in the header field {@code Host}: as in the URL. */
    String authority() {
        return uri.getRawAuthority();
    }

    /** The request target (RFC 9112 §3.2.1). */
    String target() {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + '?' + uri.getRawQuery();
    }
}
