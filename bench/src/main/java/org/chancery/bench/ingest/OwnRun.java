package org.chancery.bench.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chancery.bench.harness.Figures;
import org.chancery.bench.load.Load;
import org.chancery.bench.load.LoadResult;
import org.chancery.bench.load.SmtpLoad;
import org.chancery.bench.load.StoreFilling;
import org.chancery.bench.product.Product;

/** Our server alone under our own load, where the peers and their load generator are not there. */
final class OwnRun {
    // As many as drive.py sends at most, so that the figures of both can be compared.
    private static final Map<Integer, Integer> MAILS = Map.of(1, 12_000, 10, 8_000, 100, 2_500, 1_000, 300);
    private static final int OTHER_MAILS = 2_000;
    private static final int KIB = 1024;
    private static final int WARMING = 6_000;
    private static final Duration WARMING_LIMIT = Duration.ofSeconds(3);
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(5);

    private final Product product;
    private final String name;
    private final Matrix matrix;

    OwnRun(Product product, String name, Matrix matrix) {
        this.product = product;
        this.name = name;
        this.matrix = matrix;
    }

    Outcome measure() throws IOException, InterruptedException {
        turn(new Load(
                product.smtpPort(), StoreFilling.RECIPIENT, matrix.boxes(), 10 * KIB, 10, WARMING, WARMING_LIMIT));
        List<Cell> cells = new ArrayList<>();
        List<Cost> costs = new ArrayList<>();
        for (int kib : matrix.sizesKib()) {
            for (int sessions : matrix.sessions()) {
                System.err.println("bench: " + name + ", " + kib + " KB, " + sessions + " sessions");
                measure(kib, sessions, cells, costs);
            }
        }
        return new Outcome(cells, costs);
    }

    private void measure(int kib, int sessions, List<Cell> cells, List<Cost> costs)
            throws IOException, InterruptedException {
        int mails = MAILS.getOrDefault(kib, OTHER_MAILS) / (sessions == 1 ? 4 : 1);
        Load load = new Load(
                product.smtpPort(),
                StoreFilling.RECIPIENT,
                matrix.boxes(),
                kib * KIB,
                sessions,
                mails,
                Duration.ofSeconds(matrix.seconds()));
        List<Turn> turns = new ArrayList<>();
        for (int round = 0; round < matrix.rounds(); round++) {
            turns.add(turn(load));
        }
        List<Double> rates = turns.stream().map(turn -> turn.result.perSecond()).toList();
        cells.add(new Cell(
                name,
                kib,
                sessions,
                Figures.median(rates),
                rates,
                Figures.median(turns.stream()
                        .map(turn -> turn.result.latencies().micros(0.5))
                        .toList()),
                Figures.median(turns.stream()
                        .map(turn -> turn.result.latencies().micros(0.99))
                        .toList()),
                Figures.median(turns.stream().map(Turn::cpuMicros).toList()),
                product.figures().pss(),
                turns.stream().mapToInt(turn -> turn.result.failed()).sum()));
        costs.add(Cost.of(name, kib, sessions, turns.stream().map(Turn::round).toList()));
    }

    private Turn turn(Load load) throws IOException, InterruptedException {
        Snapshot before = Snapshot.of(product);
        LoadResult result = SmtpLoad.send(load);
        Snapshot loaded = Snapshot.of(product);
        product.api().awaitBacklog(0, DRAIN_LIMIT);
        result.firstFailure().ifPresent(answer -> System.err.println("bench: a mail was refused: " + answer));
        return new Turn(result, new Cost.Round(before, loaded, Snapshot.of(product), Math.max(1, result.accepted())));
    }

    private record Turn(LoadResult result, Cost.Round round) {
        double cpuMicros() {
            return (double) (round.loaded().cpuMicros() - round.before().cpuMicros()) / round.mails();
        }
    }
}
