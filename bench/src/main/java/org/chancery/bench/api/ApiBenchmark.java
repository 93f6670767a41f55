package org.chancery.bench.api;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chancery.bench.api.Holding.Call;
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

/** Whether a send is held, and approvals are listed, in the same time however many approvals there were. */
public final class ApiBenchmark implements Benchmark {
    private static final String H2 = "h2";
    private static final String POSTGRESQL = "postgresql";

    /** Issue 4, Done when 8. */
    private static final double MOST_OF_SMALL = 1.2;

    /** Approvals that people decide before the copies are made. */
    private static final int TEMPLATES = 40;

    @Override
    public String name() {
        return "api";
    }

    @Override
    public String summary() {
        return "time of a held send and of lists of approvals with few and with many past ones";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("databases", H2 + "," + POSTGRESQL, "which ones"),
                new Option("small", "1000", "past approvals in the small store"),
                new Option("large", "100000", "past approvals in the large one"),
                new Option("pending", "100", "approvals that wait, in both"),
                new Option("warm", "400", "requests of each call before the first counted one"),
                new Option("requests", "200", "counted requests of each call"));
    }

    @Override
    public Report run(Options options, Surroundings surroundings) throws IOException, InterruptedException {
        Product.build(surroundings.home());
        Report report = Report.begin(this, options, surroundings);
        Table table = new Table(
                "Median of warm requests",
                "database",
                "call",
                "who",
                "%,d past approvals, ms".formatted(options.number("small")),
                "%,d, ms".formatted(options.number("large")),
                "×");
        GoalTable goals = new GoalTable();
        Map<String, Object> figures = new LinkedHashMap<>();
        for (String database : options.words("databases")) {
            for (Timed timed : measure(database, options, surroundings)) {
                double ratio = timed.large() / timed.small();
                String what = database + ", " + timed.call().what() + ", "
                        + timed.call().who();
                table.row(
                        database,
                        timed.call().what(),
                        timed.call().who(),
                        Figures.fine(timed.small()),
                        Figures.fine(timed.large()),
                        Figures.fine(ratio));
                goals.atMost(what, MOST_OF_SMALL, ratio, "×");
                figures.put(what, Map.of("small", timed.small(), "large", timed.large()));
            }
        }
        report.table(table);
        report.note(
                "Each call is made %s times on both stores in alternation, after %s that are not counted."
                                .formatted(options.text("requests"), options.text("warm"))
                        + " Each held send adds one that waits, to both stores. Past approvals are copies of some that went the whole"
                        + " way, with their mails, threads, recipients and decisions; the record and the events are not copied.");
        goals.into(report);
        report.figures("calls", figures);
        return report;
    }

    /** A call's medians in milliseconds. */
    record Timed(Call call, double small, double large) {}

    private static List<Timed> measure(String database, Options options, Surroundings surroundings)
            throws IOException, InterruptedException {
        Path folder = surroundings.scratch().resolve(database);
        Setup small = Setup.in(folder.resolve("small"));
        Setup large = Setup.in(folder.resolve("large"));
        try {
            switch (database) {
                case H2 -> {
                    return measure(options, surroundings.home(), small, large);
                }
                case POSTGRESQL -> {
                    try (PostgresChild postgres = new PostgresChild(folder)) {
                        return measure(
                                options,
                                surroundings.home(),
                                small.with(postgres.newDatabase("small")),
                                large.with(postgres.newDatabase("large")));
                    }
                }
                default -> throw new IOException("no database " + database + ", only " + H2 + " and " + POSTGRESQL);
            }
        } catch (SQLException e) {
            throw new IOException(database + " does not take the copies", e);
        }
    }

    private static List<Timed> measure(Options options, Path home, Setup small, Setup large)
            throws IOException, InterruptedException, SQLException {
        fill(options, home, small, options.number("small"));
        fill(options, home, large, options.number("large"));
        try (Holding little = Holding.open(home, small, 2);
                Holding much = Holding.open(home, large, 2)) {
            for (int i = 0; i < options.number("pending"); i++) {
                little.hold();
                much.hold();
            }
            List<Timed> timed = new ArrayList<>();
            for (Call call : calls()) {
                for (int i = 0; i < options.number("warm"); i++) {
                    little.time(call);
                    much.time(call);
                }
                List<Double> onLittle = new ArrayList<>();
                List<Double> onMuch = new ArrayList<>();
                for (int i = 0; i < options.number("requests"); i++) {
                    onLittle.add(little.time(call));
                    onMuch.add(much.time(call));
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

    private static List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        for (String who : List.of(Holding.ADMIN, Holding.MEMBER, Holding.AGENT)) {
            calls.add(Call.get("list of pending", who, "/v1/approvals/"));
        }
        for (String who : List.of(Holding.ADMIN, Holding.MEMBER)) {
            calls.add(Call.get("list of executed", who, "/v1/approvals/?status=executed"));
            calls.add(Call.get("list of rejected", who, "/v1/approvals/?status=rejected"));
        }
        calls.add(new Call("held send", Holding.AGENT, "/v1/messages/", Holding.mail()));
        return calls;
    }

    /** Has some approved, and makes past ones of them. */
    private static void fill(Options options, Path home, Setup setup, int past)
            throws IOException, InterruptedException, SQLException {
        try (Holding holding = Holding.open(home, setup, 1)) {
            for (int i = 0; i < TEMPLATES; i++) {
                String approval = holding.hold();
                holding.post(Holding.ADMIN, "/v1/approvals/" + approval + "/approve/", "{}");
            }
        }
        PastApprovals.copy(setup, past);
    }
}
