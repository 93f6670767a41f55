package org.chancery.bench.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.chancery.bench.harness.Benchmark;
import org.chancery.bench.harness.Figures;
import org.chancery.bench.harness.GoalTable;
import org.chancery.bench.harness.Option;
import org.chancery.bench.harness.Options;
import org.chancery.bench.harness.Report;
import org.chancery.bench.harness.Surroundings;
import org.chancery.bench.harness.Table;
import org.chancery.bench.load.StoreFilling;
import org.chancery.bench.product.PostgresChild;
import org.chancery.bench.product.Product;
import org.chancery.bench.product.Setup;

/** How fast accepted mail gets through the pipeline into storage, on an empty store and on a full one in alternation. */
public final class PipelineBenchmark implements Benchmark {
    private static final String H2 = "h2";
    private static final String POSTGRESQL = "postgresql";
    private static final int KIB = 1024;
    private static final double LEAST_ON_H2 = 400;
    private static final double LEAST_OF_EMPTY = 0.9;
    private static final int BOXES_OF_EMPTY = 10;
    private static final int STORES = 3;
    private static final Duration FILL_LIMIT = Duration.ofMinutes(30);

    @Override
    public String name() {
        return "pipeline";
    }

    @Override
    public String summary() {
        return "mails/s through the whole pipeline into storage, on an empty and on a filled store";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("databases", H2 + "," + POSTGRESQL, "which ones"),
                new Option("mails", "4000", "mails of one turn"),
                new Option("size", "10", "KB of a mail"),
                new Option("rounds", "3", "turns of each store"),
                new Option("warm", "4000", "mails before the first turn, not counted"),
                new Option("stored", "100000", "mails in the filled store; 0 leaves it out"),
                new Option("endpoints", "1000", "endpoints in it"));
    }

    @Override
    public Report run(Options options, Surroundings surroundings) throws IOException, InterruptedException {
        Product.build(surroundings.home());
        Report report = Report.begin(this, options, surroundings);
        Table table = new Table(
                "Through the pipeline into storage",
                "database",
                "store",
                "drained mails/s",
                "rounds",
                "× first",
                "CPU µs/mail",
                "accepted mails/s meanwhile",
                "accepted and stored mails/s",
                "CPU µs/mail, all",
                "PSS MB");
        GoalTable goals = new GoalTable();
        Map<String, List<Subject.Turn>> figures = new LinkedHashMap<>();
        for (String database : options.words("databases")) {
            List<Subject> subjects = measure(database, options, surroundings);
            double base = median(subjects.getFirst(), Subject.Turn::drainRate);
            if (database.equals(H2)) {
                goals.atLeast("drained on H2", LEAST_ON_H2, base, " mails/s");
            }
            for (Subject subject : subjects) {
                row(table, subject, base);
                figures.put(subject.database() + ", " + subject.store(), subject.turns());
            }
            if (subjects.size() == STORES) {
                // What the stored mails alone cost: both have as many endpoints.
                goals.atLeast(
                        database + ", " + subjects.get(2).store() + ", against "
                                + subjects.get(1).store(),
                        LEAST_OF_EMPTY,
                        median(subjects.get(2), Subject.Turn::drainRate)
                                / median(subjects.get(1), Subject.Turn::drainRate),
                        "×");
            }
        }
        report.table(table);
        report.note("Drained: %s mails of %s KB are sent as fast as they are taken; then the rest in the spool is timed"
                        .formatted(options.text("mails"), options.text("size"))
                + " until it is empty. CPU: of the server; PostgreSQL's own is not in it.");
        goals.into(report);
        report.figures("turns", figures);
        return report;
    }

    private static List<Subject> measure(String database, Options options, Surroundings surroundings)
            throws IOException, InterruptedException {
        Path folder = surroundings.scratch().resolve(database);
        Setup empty = Setup.in(folder.resolve("empty"));
        Setup wide = Setup.in(folder.resolve("wide"));
        Setup filled = Setup.in(folder.resolve("filled"));
        switch (database) {
            case H2 -> {
                return measure(database, options, surroundings.home(), empty, wide, filled);
            }
            case POSTGRESQL -> {
                try (PostgresChild postgres = new PostgresChild(folder)) {
                    return measure(
                            database,
                            options,
                            surroundings.home(),
                            empty.with(postgres.newDatabase("empty")),
                            wide.with(postgres.newDatabase("wide")),
                            filled.with(postgres.newDatabase("filled")));
                } catch (SQLException e) {
                    throw new IOException("PostgreSQL makes no database", e);
                }
            }
            default -> throw new IOException("no database " + database + ", only " + H2 + " and " + POSTGRESQL);
        }
    }

    private static List<Subject> measure(
            String database, Options options, Path home, Setup empty, Setup wide, Setup filled)
            throws IOException, InterruptedException {
        int mails = options.number("stored");
        int endpoints = options.number("endpoints");
        if (mails > 0) {
            try (Product product = Product.start(home, filled)) {
                StoreFilling.makeEndpoints(product, endpoints);
                StoreFilling.fill(product, mails, endpoints, FILL_LIMIT);
            }
        }
        List<Subject> subjects = new ArrayList<>();
        try {
            Product first = Product.start(home, empty);
            subjects.add(new Subject(database, "empty, %d endpoints".formatted(BOXES_OF_EMPTY), BOXES_OF_EMPTY, first));
            StoreFilling.makeEndpoints(first, BOXES_OF_EMPTY);
            if (mails > 0) {
                Product second = Product.start(home, wide);
                subjects.add(new Subject(database, "empty, %,d endpoints".formatted(endpoints), endpoints, second));
                StoreFilling.makeEndpoints(second, endpoints);
                String store = "%,d mails, %,d endpoints".formatted(mails, endpoints);
                subjects.add(new Subject(database, store, endpoints, Product.start(home, filled)));
            }
            alternate(subjects, options);
            return subjects;
        } finally {
            subjects.forEach(Subject::close);
        }
    }

    private static void alternate(List<Subject> subjects, Options options) throws IOException, InterruptedException {
        int octets = options.number("size") * KIB;
        for (Subject subject : subjects) {
            subject.warm(options.number("warm"), octets);
        }
        for (int round = 0; round < options.number("rounds"); round++) {
            for (Subject subject : round % 2 == 0 ? subjects : subjects.reversed()) {
                subject.turn(options.number("mails"), octets);
                System.err.printf(
                        "bench: %s, %s: %s%n",
                        subject.database(), subject.store(), subject.turns().getLast());
            }
        }
    }

    private static void row(Table table, Subject subject, double base) {
        double drained = median(subject, Subject.Turn::drainRate);
        table.row(
                subject.database(),
                subject.store(),
                Figures.whole(drained),
                Figures.span(
                        subject.turns().stream().map(Subject.Turn::drainRate).toList()),
                Figures.fine(drained / base),
                Figures.whole(median(subject, Subject.Turn::drainMicros)),
                Figures.whole(median(subject, Subject.Turn::acceptRate)),
                Figures.whole(median(subject, Subject.Turn::wholeRate)),
                Figures.whole(median(subject, Subject.Turn::wholeMicros)),
                Figures.whole(median(subject, Subject.Turn::pss)));
    }

    private static double median(Subject subject, ToDoubleFunction<Subject.Turn> figure) {
        return Figures.median(
                subject.turns().stream().map(figure::applyAsDouble).toList());
    }
}
