package org.chancery.mailets.testing;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.mailets.authentication.dns.Dns;

/** Knows of nothing, and says so at once but about names that the test holds. Used by many threads at once. */
public final class HeldDns implements Dns {
    private final Map<String, CompletableFuture<Answer>> held = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();

    /** Questions about the name stay open until it is let go. */
    public HeldDns hold(String name) {
        held.put(name, new CompletableFuture<>());
        return this;
    }

    /** Nobody answers questions about the name until it is let go. */
    public HeldDns trouble(String name) {
        held.put(name, CompletableFuture.completedFuture(new Answer.Trouble("nobody answers")));
        return this;
    }

    /** Says that there is nothing by that name, also to who asked and waits. */
    public void letGo(String name) {
        CompletableFuture<Answer> open =
                Objects.requireNonNull(held.put(name, CompletableFuture.completedFuture(new Answer.Nothing())));
        open.complete(new Answer.Nothing());
    }

    public int asked() {
        return asked.get();
    }

    @Override
    public CompletionStage<Answer> ask(String name, Type type) {
        asked.incrementAndGet();
        return held.getOrDefault(name, CompletableFuture.completedFuture(new Answer.Nothing()));
    }
}
