package org.chancery.smtpingest;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.access.ClientNetwork;
import org.chancery.smtpingest.wire.Reply;

/** Counts connections against their limits. Used by the accepting threads and by every session that ends. */
final class ConnectionGate {
    private final SmtpConfig.SessionLimits limits;
    private final Map<ClientNetwork, Integer> byClient = new HashMap<>();
    private int open;
    private boolean stopping;

    ConnectionGate(SmtpConfig.SessionLimits limits) {
        this.limits = limits;
    }

    /** Counts the connection in, or says why not. */
    synchronized Optional<Reply> admit(InetAddress client) {
        if (stopping) {
            return Optional.of(ReplyCodes.STOPPING);
        }
        if (open >= limits.maxConnections()) {
            return Optional.of(ReplyCodes.TOO_MANY_CONNECTIONS);
        }
        ClientNetwork network = ClientNetwork.of(client);
        if (byClient.getOrDefault(network, 0) >= limits.maxConnectionsPerClient()) {
            return Optional.of(ReplyCodes.TOO_MANY_FROM_CLIENT);
        }
        byClient.merge(network, 1, Integer::sum);
        open++;
        return Optional.empty();
    }

    /** Counts one out that was admitted. */
    synchronized void release(InetAddress client) {
        byClient.computeIfPresent(ClientNetwork.of(client), (network, count) -> count == 1 ? null : count - 1);
        open--;
    }

    /** Whether four fifths of the places are taken. */
    synchronized boolean isCrowded() {
        return open * 5L > limits.maxConnections() * 4L;
    }

    /** From now on nobody is admitted. */
    synchronized void close() {
        stopping = true;
    }
}
