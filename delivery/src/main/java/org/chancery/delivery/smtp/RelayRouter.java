package org.chancery.delivery.smtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Every destination is reached through the smarthost. Its name is looked up as any program on this machine would, {@code
 * /etc/hosts} included: the operator wrote it, and destinations have no say in it.
 */
final class RelayRouter implements Router {
    private final HostPort relay;

    RelayRouter(HostPort relay) {
        this.relay = relay;
    }

    @Override
    public Route to(String destination, Predicate<String> mayBe) {
        try {
            return new Route.Through(Arrays.stream(InetAddress.getAllByName(relay.host()))
                    .map(address -> new Route.Hop(relay.host(), new InetSocketAddress(address, relay.port())))
                    .toList());
        } catch (UnknownHostException unknown) {
            // For now: a relay's name that does not resolve is our trouble and no fault of the mail.
            return new Route.None(true, "451 4.4.3 the relay " + relay.host() + " has no address");
        }
    }
}
