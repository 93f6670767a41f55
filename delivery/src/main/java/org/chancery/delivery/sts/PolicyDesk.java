package org.chancery.delivery.sts;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.chancery.core.sts.StsPolicy;

/**
 * Asks for policies in threads of its own: those who wait for one may be interrupted, and the database, in which policies are
 * kept, must not be. Who asks for a domain that is being looked at waits for the same answer.
 */
public final class PolicyDesk implements AutoCloseable {
    private final Function<String, Optional<StsPolicy>> policies;
    private final ConcurrentMap<String, CompletableFuture<Optional<StsPolicy>>> underWay = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("mta-sts-", 0).factory());

    /** @param policies takes its time, within bounds */
    public PolicyDesk(Function<String, Optional<StsPolicy>> policies) {
        this.policies = policies;
    }

    /**
     * The policy by which mail is to be brought to a domain.
     *
     * @throws IllegalStateException where it could not be found out
     */
    public Optional<StsPolicy> of(String domain) throws InterruptedException {
        CompletableFuture<Optional<StsPolicy>> answer = ask(domain);
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the policy of " + domain + " is not known", failed.getCause());
        } finally {
            underWay.remove(domain, answer);
        }
    }

    private CompletableFuture<Optional<StsPolicy>> ask(String domain) {
        try {
            return underWay.computeIfAbsent(
                    domain, asked -> CompletableFuture.supplyAsync(() -> policies.apply(asked), threads));
        } catch (RejectedExecutionException closed) {
            throw new IllegalStateException("the server stops, and asks nobody for the policy of " + domain, closed);
        }
    }

    /** What is under way comes to its end, and nobody waits for it. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
