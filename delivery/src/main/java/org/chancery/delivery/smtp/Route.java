package org.chancery.delivery.smtp;

import java.net.InetSocketAddress;
import java.util.List;

/** Where a destination's mail is to be taken. */
sealed interface Route {

    /** The addresses to try, in this order; at least one. */
    record Through(List<Hop> hops) implements Route {
        public Through {
            hops = List.copyOf(hops);
        }
    }

    /**
     * There is none.
     *
     * @param forNow whether there may be one later
     * @param reply why, with the codes that a peer would use
     */
    record None(boolean forNow, String reply) implements Route {}

    /** There are hosts, and none that may be shown the mail. */
    record Barred() implements Route {}

    /** One address of a host. */
    record Hop(String host, InetSocketAddress address) {
        /** Such as {@code mx1.example.com [192.0.2.1]:25}. */
        @Override
        public String toString() {
            return host + " [" + address.getAddress().getHostAddress() + "]:" + address.getPort();
        }
    }
}
