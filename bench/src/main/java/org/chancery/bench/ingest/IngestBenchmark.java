package org.chancery.bench.ingest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.bench.harness.Benchmark;
import org.chancery.bench.harness.Figures;
import org.chancery.bench.harness.Option;
import org.chancery.bench.harness.Options;
import org.chancery.bench.harness.Report;
import org.chancery.bench.harness.Surroundings;
import org.chancery.bench.harness.Table;
import org.chancery.bench.load.StoreFilling;
import org.chancery.bench.product.Product;
import org.chancery.bench.product.Setup;

/** How fast the whole server, pipeline running, accepts mail; what it costs, and how it starts. */
public final class IngestBenchmark implements Benchmark {
    private static final String STORED_OURS = Outcome.OURS + ":" + PeerScript.STORED;
    private static final Duration FILL_LIMIT = Duration.ofMinutes(30);

    @Override
    public String name() {
        return "ingest";
    }

    @Override
    public String summary() {
        return "accepted mails/s and latency of the whole server, its CPU, memory and start";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("sizes", "1,10,100,1000", "KB of a mail"),
                // One last: a virtual machine compiles in the first cell, which a single session feels most.
                new Option("sessions", "10,50,1", "connections at once"),
                new Option("rounds", "3", "turns of each server in each cell"),
                new Option("seconds", "2", "longest time of one turn"),
                new Option("boxes", "10", "endpoints that the mail is for"),
                new Option(
                        "peers",
                        "ingest:logpre/platform,chancery,chancery:stored,postfix:tuned,exim,haraka:durable",
                        "servers, the first being the base of the ratios; with BENCH_PEERS only"),
                new Option("stored", "100000", "mails in the store of chancery:stored; 0 leaves it out"),
                new Option("endpoints", "1000", "endpoints in that store"));
    }

    @Override
    public Report run(Options options, Surroundings surroundings) throws IOException, InterruptedException {
        Product.build(surroundings.home());
        Setup empty = Setup.in(surroundings.scratch().resolve("empty"));
        Setup stored = Setup.in(surroundings.scratch().resolve("stored"));
        boolean withStored = options.number("stored") > 0;
        prepare(surroundings, empty, options.number("boxes"), 0);
        if (withStored) {
            prepare(surroundings, stored, options.number("endpoints"), options.number("stored"));
        }
        List<Footprint> footprints = new ArrayList<>();
        footprints.add(Footprint.of("an empty store", surroundings.home(), empty, options.number("boxes")));
        if (withStored) {
            String store = "%,d mails, %,d endpoints".formatted(options.number("stored"), options.number("endpoints"));
            footprints.add(Footprint.of(store, surroundings.home(), stored, options.number("boxes")));
        }
        Report report = Report.begin(this, options, surroundings);
        Outcome outcome = measure(options, surroundings, empty, stored);
        write(outcome, report);
        report.table(footprintTable(footprints));
        Goals.write(outcome, footprints, report);
        report.figures("footprints", footprints);
        return report;
    }

    private static void prepare(Surroundings surroundings, Setup setup, int endpoints, int mails)
            throws IOException, InterruptedException {
        try (Product product = Product.start(surroundings.home(), setup)) {
            StoreFilling.makeEndpoints(product, endpoints);
            StoreFilling.fill(product, mails, endpoints, FILL_LIMIT);
        }
    }

    private static Outcome measure(Options options, Surroundings surroundings, Setup empty, Setup stored)
            throws IOException, InterruptedException {
        Matrix matrix = new Matrix(
                options.numbers("sizes"),
                options.numbers("sessions"),
                options.number("rounds"),
                options.number("seconds"),
                options.number("boxes"));
        boolean withStored = options.number("stored") > 0;
        if (surroundings.peers().isPresent()) {
            Path folder = surroundings.peers().get();
            List<String> peers = options.words("peers").stream()
                    .filter(peer -> withStored || !peer.equals(STORED_OURS))
                    .toList();
            return new PeerRun(surroundings, folder, peers).measure(matrix, stored.dataDirectory());
        }
        Outcome alone = measureAlone(surroundings, empty, Outcome.OURS, matrix);
        if (!withStored) {
            return alone;
        }
        Outcome second = measureAlone(surroundings, stored, STORED_OURS, matrix);
        List<Cell> cells = new ArrayList<>(alone.cells());
        cells.addAll(second.cells());
        List<Cost> costs = new ArrayList<>(alone.costs());
        costs.addAll(second.costs());
        return new Outcome(cells, costs);
    }

    private static Outcome measureAlone(Surroundings surroundings, Setup setup, String name, Matrix matrix)
            throws IOException, InterruptedException {
        try (Product product = Product.start(surroundings.home(), setup)) {
            return new OwnRun(product, name, matrix).measure();
        }
    }

    private static void write(Outcome outcome, Report report) {
        report.note("p50 and p99: from MAIL FROM to the final 250 of one mail. CPU: of the server while the load ran."
                + " Before each turn our pipeline has worked off everything.");
        outcome.cells().stream()
                .map(cell -> new Where(cell.kib(), cell.sessions()))
                .distinct()
                .forEach(where -> report.table(cellTable(outcome, where)));
        report.table(costTable(outcome.costs()));
        report.figures("cells", outcome.cells());
        report.figures("costs", outcome.costs());
    }

    private record Where(int kib, int sessions) {}

    private static Table cellTable(Outcome outcome, Where where) {
        Table table = new Table(
                where.kib + " KB, " + where.sessions + " sessions",
                "server",
                "mails/s",
                "rounds",
                "× base",
                "p50 ms",
                "p99 ms",
                "CPU µs/mail",
                "CPU µs/KB",
                "PSS MB",
                "errors");
        List<Cell> cells = outcome.cells().stream()
                .filter(cell -> cell.isAt(where.kib, where.sessions))
                .toList();
        for (Cell cell : cells) {
            table.row(
                    cell.server(),
                    Figures.whole(cell.perSecond()),
                    Figures.span(cell.rates()),
                    Figures.fine(cell.perSecond() / cells.getFirst().perSecond()),
                    Figures.fine(cell.p50Micros() / 1_000),
                    Figures.fine(cell.p99Micros() / 1_000),
                    Figures.whole(cell.cpuMicros()),
                    Figures.fine(cell.cpuMicros() / cell.kib()),
                    Figures.whole(cell.pss()),
                    Integer.toString(cell.errors()));
        }
        return table;
    }

    private static Table costTable(List<Cost> costs) {
        Table table = new Table(
                "Where our CPU goes",
                "server",
                "KB",
                "sessions",
                "accepting µs/mail",
                "accepting µs/KB",
                "pipeline µs/mail",
                "all while draining µs/mail",
                "drained mails/s");
        for (Cost cost : costs) {
            table.row(
                    cost.server(),
                    Integer.toString(cost.kib()),
                    Integer.toString(cost.sessions()),
                    Figures.whole(cost.acceptMicros()),
                    Figures.fine(cost.acceptMicros() / cost.kib()),
                    Figures.whole(cost.pipelineMicros()),
                    Figures.whole(cost.drainMicros()),
                    Figures.whole(cost.drainRate()));
        }
        return table;
    }

    private static Table footprintTable(List<Footprint> footprints) {
        Table table = new Table(
                "Start on an existing data directory, and memory",
                "store",
                "start ms",
                "starts",
                "idle PSS MB",
                "idle RSS MB",
                "loaded PSS MB",
                "loaded RSS MB");
        for (Footprint one : footprints) {
            table.row(
                    one.store(),
                    Figures.whole(one.medianStart()),
                    Figures.span(one.starts()),
                    Figures.whole(one.idlePss()),
                    Figures.whole(one.idleRss()),
                    Figures.whole(one.loadedPss()),
                    Figures.whole(one.loadedRss()));
        }
        return table;
    }
}
