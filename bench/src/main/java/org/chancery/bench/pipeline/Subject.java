package org.chancery.bench.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.bench.load.Load;
import org.chancery.bench.load.LoadResult;
import org.chancery.bench.load.SmtpLoad;
import org.chancery.bench.load.StoreFilling;
import org.chancery.bench.product.Product;

/** One server with its store, and what its turns gave. */
final class Subject implements AutoCloseable {
    private static final int SESSIONS = 10;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    // The pipeline's rate while its first and last mails go through says little about a sustained one.
    private static final double LEAST_BACKLOG = 0.3;

    private final String database;
    private final String store;
    private final int boxes;
    private final Product product;
    private final List<Turn> turns = new ArrayList<>();

    Subject(String database, String store, int boxes, Product product) {
        this.database = database;
        this.store = store;
        this.boxes = boxes;
        this.product = product;
    }

    String database() {
        return database;
    }

    String store() {
        return store;
    }

    List<Turn> turns() {
        return turns;
    }

    /** Sends mails through that are not counted, until the JVM has compiled what runs often. */
    void warm(int mails, int octets) throws IOException, InterruptedException {
        send(mails, octets);
        product.api().awaitBacklog(0, LIMIT);
    }

    /** Fills the spool faster than the pipeline empties it, then measures how long the rest takes. */
    void turn(int mails, int octets) throws IOException, InterruptedException {
        long cpuBefore = product.figures().cpu().toNanos();
        long begin = System.nanoTime();
        LoadResult sent = send(mails, octets);
        long backlog = product.api().backlog();
        long filled = System.nanoTime();
        long cpuFilled = product.figures().cpu().toNanos();
        if (backlog < mails * LEAST_BACKLOG) {
            System.err.printf(
                    "bench: only %d of %d mails were left when all were sent; --mails should be more%n",
                    backlog, mails);
        }
        product.api().awaitBacklog(0, LIMIT);
        long done = System.nanoTime();
        long cpuDone = product.figures().cpu().toNanos();
        turns.add(new Turn(
                sent.perSecond(),
                backlog * 1e9 / (done - filled),
                mails * 1e9 / (done - begin),
                (cpuDone - cpuFilled) / 1e3 / Math.max(1, backlog),
                (cpuDone - cpuBefore) / 1e3 / mails,
                product.figures().pss()));
    }

    private LoadResult send(int mails, int octets) throws IOException, InterruptedException {
        LoadResult sent = SmtpLoad.send(
                new Load(product.smtpPort(), StoreFilling.RECIPIENT, boxes, octets, SESSIONS, mails, LIMIT));
        if (sent.accepted() < mails) {
            throw new IOException("only " + sent.accepted() + " of " + mails + " mails were accepted: "
                    + sent.firstFailure().orElse("time is up"));
        }
        return sent;
    }

    @Override
    public void close() {
        product.close();
    }

    /**
     * One turn.
     *
     * @param acceptRate mails per second while they came in, the pipeline working beside
     * @param drainRate mails per second through the pipeline once nothing came in
     * @param wholeRate mails per second from the first one's arrival until all were stored
     * @param drainMicros CPU time of the server for each mail of the drain
     * @param wholeMicros CPU time of the server for each mail, accepting included
     */
    record Turn(
            double acceptRate,
            double drainRate,
            double wholeRate,
            double drainMicros,
            double wholeMicros,
            double pss) {}
}
