package org.chancery.delivery.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.chancery.core.access.AgentService;
import org.chancery.delivery.net.PrivateAddresses;
import org.chancery.delivery.webhook.Destination.Reading;

/**
 * Keeps the server from being sent to what only it can reach: its own machine, the network around it, the cloud's metadata
 * service. A URL is looked at when it is set, and each call looks again: a name may have got other addresses meanwhile.
 */
public final class WebhookGuard implements AgentService.WebhookGuard {
    private final HostLookup lookup;
    private final boolean allowPrivate;

    /** @param allowPrivate {@code webhooks.allow-private}: the operator wants receivers inside the network */
    public WebhookGuard(HostLookup lookup, boolean allowPrivate) {
        this.lookup = lookup;
        this.allowPrivate = allowPrivate;
    }

    /** Where a call may go. */
    sealed interface Way {
        /** There, and nowhere else: the address is not looked up again. */
        record Open(Destination destination, InetAddress address) implements Way {}

        /** Never, as it stands. */
        record Closed(String why) implements Way {}

        /** Nobody knows the name now. */
        record Unknown(String why) implements Way {}
    }

    @Override
    public Optional<String> refusal(String url) {
        return switch (way(url)) {
            case Way.Closed closed -> Optional.of(closed.why());
            // A name may be set up later; each call looks again.
            case Way.Open ignored -> Optional.empty();
            case Way.Unknown ignored -> Optional.empty();
        };
    }

    Way way(String url) {
        return switch (Destination.read(url)) {
            case Reading.Unusable unusable -> new Way.Closed(unusable.why());
            case Reading.Usable usable -> way(usable.destination());
        };
    }

    private Way way(Destination destination) {
        InetAddress literal = destination.literal();
        if (literal != null) {
            return isOpen(literal) ? new Way.Open(destination, literal) : closed(destination);
        }
        if (!allowPrivate && destination.isInsideName()) {
            return closed(destination);
        }
        List<InetAddress> addresses;
        try {
            addresses = lookup.addresses(destination.host());
        } catch (UnknownHostException unknown) {
            return new Way.Unknown("the name " + destination.host() + " has no address");
        }
        // One of ours among them is enough: the next look-up could give that one first.
        return addresses.stream().allMatch(this::isOpen)
                ? new Way.Open(destination, addresses.getFirst())
                : closed(destination);
    }

    private boolean isOpen(InetAddress address) {
        return allowPrivate || !PrivateAddresses.contains(address);
    }

    private static Way closed(Destination destination) {
        return new Way.Closed("must not lead to a private, loopback or link-local address: " + destination.host());
    }
}
