package org.chancery.server.crash;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code kill -9} at random while something is done. */
final class Kills {
    private final PackagedServer server;
    private final SplittableRandom random;
    private final int count;

    /** @param count how often the server is killed during one piece of work */
    Kills(PackagedServer server, SplittableRandom random, int count) {
        this.server = server;
        this.random = random;
        this.count = count;
    }

    /** Work that counts its steps. */
    interface Work {
        void run(AtomicInteger done) throws IOException, InterruptedException;
    }

    /** Does the work, and kills and starts the server at random steps of it. */
    void during(int steps, Work work) throws IOException, InterruptedException {
        AtomicInteger done = new AtomicInteger();
        CompletableFuture<Void> working = CompletableFuture.runAsync(() -> {
            try {
                work.run(done);
            } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
            }
        });
        for (int kill = 1; kill <= count; kill++) {
            int after = (int) (steps * (kill - 1 + random.nextDouble(0.2, 0.9)) / count);
            while (done.get() < after && !working.isDone()) {
                Thread.onSpinWait();
            }
            server.kill();
            server.start();
        }
        working.join();
    }
}
