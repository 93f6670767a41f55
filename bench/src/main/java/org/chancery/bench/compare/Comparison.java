package org.chancery.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chancery.bench.harness.Benchmark;
import org.chancery.bench.harness.Figures;
import org.chancery.bench.harness.GoalTable;
import org.chancery.bench.harness.Option;
import org.chancery.bench.harness.Options;
import org.chancery.bench.harness.Report;
import org.chancery.bench.harness.Surroundings;
import org.chancery.bench.harness.Table;
import org.chancery.bench.product.PostgresChild;
import org.chancery.bench.product.Product;
import org.chancery.bench.product.Setup;

/**
 * Whether calls take the same time however much is stored: two stores are filled, a server is started on each, and every call is made on
 * both in alternation, so that what the machine does meanwhile is done to both.
 */
public final class Comparison {
    private static final String H2 = "h2";
    private static final String POSTGRESQL = "postgresql";

    /** As the issues ask for it. */
    private static final double MOST_OF_SMALL = 1.2;

    private Comparison() {}

    /**
     * A call.
     *
     * @param hasGoal whether it is to take the same time on both stores; else it is only shown
     */
    public record Call(String what, String who, String path, String body, boolean hasGoal) {

        public static Call get(String what, String who, String path) {
            return new Call(what, who, path, "", true);
        }

        public static Call post(String what, String who, String path, String body) {
            return new Call(what, who, path, body, true);
        }

        /** The same without a goal. */
        public Call shownOnly() {
            return new Call(what, who, path, body, false);
        }
    }

    /** A server over a filled store. */
    public interface Subject extends AutoCloseable {

        /** Makes the call and waits until the whole answer is there. */
        void make(Call call) throws IOException, InterruptedException;

        @Override
        void close();
    }

    /** What is compared. */
    public interface Plan {
        void fill(Setup setup, int stored) throws IOException, InterruptedException, SQLException;

        /** Starts a server, and has it ready for the calls. */
        Subject open(Setup setup) throws IOException, InterruptedException;

        List<Call> calls();
    }

    /**
     * The options of such a benchmark.
     *
     * @param stored what there is little and much of
     * @param large how much by default
     */
    public static List<Option> options(String stored, String large, Option... further) {
        List<Option> options = new ArrayList<>();
        options.add(new Option("databases", H2 + "," + POSTGRESQL, "which ones"));
        options.add(new Option("small", "1000", stored + " in the small store"));
        options.add(new Option("large", large, stored + " in the large one"));
        options.addAll(List.of(further));
        options.add(new Option("warm", "400", "requests of each call before the first counted one"));
        options.add(new Option("requests", "200", "counted requests of each call"));
        return options;
    }

    /** A call's medians in milliseconds. */
    private record Timed(Call call, double small, double large) {
        double ratio() {
            return large / small;
        }
    }

    /**
     * Runs it on each database.
     *
     * @param stored what there is little and much of
     * @param note what else a reader of the report has to know
     */
    public static Report run(
            Benchmark benchmark, Options options, Surroundings surroundings, String stored, String note, Plan plan)
            throws IOException, InterruptedException {
        Product.build(surroundings.home());
        Report report = Report.begin(benchmark, options, surroundings);
        Table table = new Table(
                "Median of warm requests",
                "database",
                "call",
                "who",
                "%,d %s, ms".formatted(options.number("small"), stored),
                "%,d, ms".formatted(options.number("large")),
                "×");
        GoalTable goals = new GoalTable();
        Map<String, Object> figures = new LinkedHashMap<>();
        for (String database : options.words("databases")) {
            for (Timed timed : measure(database, options, surroundings.scratch().resolve(database), plan)) {
                Call call = timed.call();
                String what = database + ", " + call.what() + ", " + call.who();
                table.row(
                        database,
                        call.what(),
                        call.who(),
                        Figures.fine(timed.small()),
                        Figures.fine(timed.large()),
                        Figures.fine(timed.ratio()));
                if (call.hasGoal()) {
                    goals.atMost(what, MOST_OF_SMALL, timed.ratio(), "×");
                }
                figures.put(what, Map.of("small", timed.small(), "large", timed.large()));
            }
        }
        report.table(table);
        report.note("Each call is made %s times on both stores in alternation, after %s that are not counted. "
                        .formatted(options.text("requests"), options.text("warm"))
                + note);
        goals.into(report);
        report.figures("calls", figures);
        return report;
    }

    private static List<Timed> measure(String database, Options options, Path folder, Plan plan)
            throws IOException, InterruptedException {
        Setup small = Setup.in(folder.resolve("small"));
        Setup large = Setup.in(folder.resolve("large"));
        try {
            switch (database) {
                case H2 -> {
                    return measure(options, small, large, plan);
                }
                case POSTGRESQL -> {
                    try (PostgresChild postgres = new PostgresChild(folder)) {
                        return measure(
                                options,
                                small.with(postgres.newDatabase("small")),
                                large.with(postgres.newDatabase("large")),
                                plan);
                    }
                }
                default -> throw new IOException("no database " + database + ", only " + H2 + " and " + POSTGRESQL);
            }
        } catch (SQLException e) {
            throw new IOException(database + " does not take the copies", e);
        }
    }

    private static List<Timed> measure(Options options, Setup small, Setup large, Plan plan)
            throws IOException, InterruptedException, SQLException {
        plan.fill(small, options.number("small"));
        plan.fill(large, options.number("large"));
        try (Subject little = plan.open(small);
                Subject much = plan.open(large)) {
            List<Timed> timed = new ArrayList<>();
            for (Call call : plan.calls()) {
                for (int i = 0; i < options.number("warm"); i++) {
                    little.make(call);
                    much.make(call);
                }
                List<Double> onLittle = new ArrayList<>();
                List<Double> onMuch = new ArrayList<>();
                for (int i = 0; i < options.number("requests"); i++) {
                    onLittle.add(time(little, call));
                    onMuch.add(time(much, call));
                }
                timed.add(new Timed(call, Figures.median(onLittle), Figures.median(onMuch)));
                System.err.printf(
                        "bench: %s, %s: %.2f and %.2f ms%n",
                        call.what(),
                        call.who(),
                        timed.getLast().small(),
                        timed.getLast().large());
            }
            return timed;
        }
    }

    private static double time(Subject subject, Call call) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        subject.make(call);
        return (System.nanoTime() - begin) / 1e6;
    }
}
