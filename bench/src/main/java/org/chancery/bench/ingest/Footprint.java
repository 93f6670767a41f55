package org.chancery.bench.ingest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.bench.harness.Figures;
import org.chancery.bench.load.Load;
import org.chancery.bench.load.SmtpLoad;
import org.chancery.bench.load.StoreFilling;
import org.chancery.bench.product.Product;
import org.chancery.bench.product.Setup;

/**
 * How long the server takes to start on a data directory that is there, and what memory it takes. MiB and milliseconds.
 *
 * @param starts several, in order
 */
record Footprint(
        String store, List<Double> starts, double idlePss, double idleRss, double loadedPss, double loadedRss) {
    private static final int STARTS = 5;
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final int OCTETS = 10 * 1024;
    private static final int SESSIONS = 10;
    private static final int MAILS = 4_000;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    static Footprint of(String store, Path home, Setup setup, int boxes) throws IOException, InterruptedException {
        System.err.println("bench: starting on " + store);
        List<Double> starts = new ArrayList<>();
        for (int i = 1; i < STARTS; i++) {
            try (Product product = Product.start(home, setup)) {
                starts.add(product.startTime().toNanos() / 1e6);
            }
        }
        try (Product product = Product.start(home, setup)) {
            starts.add(product.startTime().toNanos() / 1e6);
            // What is begun in the background after the ready line belongs to an idle server too.
            Thread.sleep(SETTLE);
            double idlePss = product.figures().pss();
            double idleRss = product.figures().rss();
            SmtpLoad.send(new Load(product.smtpPort(), StoreFilling.RECIPIENT, boxes, OCTETS, SESSIONS, MAILS, LIMIT));
            double loadedPss = product.figures().pss();
            double loadedRss = product.figures().rss();
            product.api().awaitBacklog(0, LIMIT);
            return new Footprint(store, starts, idlePss, idleRss, loadedPss, loadedRss);
        }
    }

    double medianStart() {
        return Figures.median(starts);
    }
}
