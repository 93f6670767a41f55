package org.chancery.bench.triage;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
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
import org.chancery.bench.load.StoreFilling;
import org.chancery.bench.product.PostgresChild;
import org.chancery.bench.product.Product;
import org.chancery.bench.product.Setup;
import org.chancery.bench.triage.StoreCloning.Wanted;

/** Whether review, activity and badge take the same time however much mail is stored, for admins and for a member. */
public final class TriageBenchmark implements Benchmark {
    private static final String H2 = "h2";
    private static final String POSTGRESQL = "postgresql";

    /** Issue 3, Done when 5. */
    private static final double MOST_OF_SMALL = 1.2;

    /** So few that in a store of 1,000 the first page of each is full: pages of other lengths take other times. */
    private static final int BOXES = 4;

    private static final int TEMPLATES = 40;

    /** The sender of the load, and so whose mail a member with that address sees. */
    private static final String MEMBER = "a@load.test";

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "triage";
    }

    @Override
    public String summary() {
        return "time of review, activity and badge with little and with much stored mail";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("databases", H2 + "," + POSTGRESQL, "which ones"),
                new Option("small", "1000", "messages in the small store"),
                new Option("large", "500000", "messages in the large one"),
                new Option("waiting", "300", "of them in the review queue, in both"),
                new Option("unrouted", "300", "of them without a handler, in both"),
                new Option("warm", "400", "requests of each call before the first counted one"),
                new Option("requests", "200", "counted requests of each call"));
    }

    @Override
    public Report run(Options options, Surroundings surroundings) throws IOException, InterruptedException {
        Product.build(surroundings.home());
        Report report = Report.begin(this, options, surroundings);
        String small = "%,d".formatted(options.number("small"));
        String large = "%,d".formatted(options.number("large"));
        Table table = new Table(
                "Median of warm first-page requests",
                "database",
                "call",
                "who",
                small + " messages, ms",
                large + ", ms",
                "×");
        GoalTable goals = new GoalTable();
        Map<String, Object> figures = new LinkedHashMap<>();
        for (String database : options.words("databases")) {
            for (Timed timed : measure(database, options, surroundings)) {
                double ratio = timed.large() / timed.small();
                table.row(
                        database,
                        timed.call().path(),
                        timed.call().who(),
                        Figures.fine(timed.small()),
                        Figures.fine(timed.large()),
                        Figures.fine(ratio));
                goals.atMost(
                        database + ", " + timed.call().path() + ", "
                                + timed.call().who(),
                        MOST_OF_SMALL,
                        ratio,
                        "×");
                figures.put(
                        database + ", " + timed.call().path() + ", "
                                + timed.call().who(),
                        timed);
            }
        }
        report.table(table);
        report.note("Each call is made %s times on both stores in alternation, after %s that are not counted."
                        .formatted(options.text("requests"), options.text("warm"))
                + " Both stores hold the same waiting mail, so that pages are of the same length; the rest is handled or"
                + " with agents. The large store is filled with copies of mails that came in by SMTP.");
        goals.into(report);
        report.figures("calls", figures);
        return report;
    }

    /** A call, and with whose token. */
    record Call(String path, String who) {}

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
        try (Store little = Store.open(home, small, MEMBER);
                Store much = Store.open(home, large, MEMBER)) {
            List<Timed> timed = new ArrayList<>();
            for (Call call : calls(little)) {
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
                System.err.println("bench: " + timed.getLast());
            }
            return timed;
        }
    }

    private static List<Call> calls(Store store) {
        List<Call> calls = new ArrayList<>();
        for (String who : store.tokens()) {
            for (String path : List.of(
                    "review",
                    "badge",
                    "activity",
                    "activity?state=handled",
                    "activity?state=routed",
                    "activity?endpoint_id=b1@" + Setup.DOMAIN,
                    "activity?state=handled&endpoint_id=b1@" + Setup.DOMAIN)) {
                calls.add(new Call(path, who));
            }
        }
        return calls;
    }

    private static void fill(Options options, Path home, Setup setup, int messages)
            throws IOException, InterruptedException, SQLException {
        try (Product product = Product.start(home, setup)) {
            StoreFilling.makeEndpoints(product, BOXES);
            StoreFilling.fill(product, TEMPLATES, BOXES, LIMIT);
        }
        StoreCloning.clone(setup, new Wanted(messages, options.number("waiting"), options.number("unrouted")));
    }
}
