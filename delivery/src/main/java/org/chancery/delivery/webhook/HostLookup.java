package org.chancery.delivery.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks the addresses of a name up, in bounded time. */
@FunctionalInterface
public interface HostLookup {

    /** At least one address, IPv4 first. */
    List<InetAddress> addresses(String host) throws UnknownHostException;
}
