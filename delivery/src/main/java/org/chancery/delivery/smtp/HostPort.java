package org.chancery.delivery.smtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port as an operator writes them: {@code smtp.example.com:587}, {@code 192.0.2.1:53} or {@code
 * [2001:db8::1]:53}.
 *
 * @param host a name or an address, without brackets
 */
public record HostPort(String host, int port) {
    private static final Pattern WRITTEN = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^\\[\\]:\\s]+)):(\\d{1,5})");

    public HostPort {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host is missing");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 1 to 65535, not " + port);
        }
    }

    public static HostPort parse(String text) {
        Matcher written = WRITTEN.matcher(text.strip());
        if (!written.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not of the form host:port");
        }
        String host = written.group(1) != null ? written.group(1) : written.group(2);
        return new HostPort(host, Integer.parseInt(written.group(3)));
    }

    /**
     * The address of a name server.
     *
     * @throws IllegalArgumentException where the host is a name that does not resolve
     */
    public InetSocketAddress resolved() {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "dns.servers: " + this + " has no address; write name servers as IP addresses", e);
        }
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
