package org.chancery.bench.load;

import java.io.IOException;
import java.time.Duration;
import org.chancery.bench.product.Product;
import org.chancery.bench.product.Setup;

/** Makes a store that is not empty: endpoints {@code b}, {@code b0} … and mails for them, all the way through the pipeline. */
public final class StoreFilling {
    /** The recipient of a load to the endpoints made here. */
    public static final String RECIPIENT = "b%d@" + Setup.DOMAIN;

    private static final int OCTETS = 2048;
    private static final int SESSIONS = 10;
    private static final int BATCH = 5_000;

    private StoreFilling() {}

    public static void makeEndpoints(Product product, int count) throws IOException, InterruptedException {
        product.api().makeEndpoint("b");
        for (int i = 0; i < count; i++) {
            product.api().makeEndpoint("b" + i);
        }
    }

    /** Sends mails and waits until all are stored. */
    public static void fill(Product product, int mails, int boxes, Duration limit)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (int sent = 0; sent < mails; sent += BATCH) {
            System.err.printf("bench: %,d of %,d mails stored%n", sent, mails);
            int batch = Math.min(BATCH, mails - sent);
            Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            LoadResult result =
                    SmtpLoad.send(new Load(product.smtpPort(), RECIPIENT, boxes, OCTETS, SESSIONS, batch, left));
            if (result.accepted() < batch) {
                throw new IOException("only " + result.accepted() + " of " + batch + " mails were accepted: "
                        + result.firstFailure().orElse("time is up"));
            }
            product.api().awaitBacklog(BATCH, left);
        }
        product.api().awaitBacklog(0, Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
}
