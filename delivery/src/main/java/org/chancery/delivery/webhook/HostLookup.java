package org.chancery.delivery.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks the addresses of a name up, in bounded time. */
@FunctionalInterface
public interface HostLookup {

    /** At least one address. */
    List<InetAddress> addresses(String host) throws UnknownHostException;

    /** As this machine resolves names, its {@code hosts} file included; given up after that time. */
    static HostLookup ofTheSystem(Duration limit) {
        return host -> {
            Callable<List<InetAddress>> asking = () -> List.of(InetAddress.getAllByName(host));
            FutureTask<List<InetAddress>> asked = new FutureTask<>(asking);
            Thread.ofVirtual().name("lookup").start(asked);
            try {
                return asked.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException notFound) {
                throw new UnknownHostException(host);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new UnknownHostException(host);
            }
        };
    }
}
