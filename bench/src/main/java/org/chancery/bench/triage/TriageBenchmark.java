package org.chancery.bench.triage;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.bench.compare.Comparison;
import org.chancery.bench.compare.Comparison.Call;
import org.chancery.bench.harness.Benchmark;
import org.chancery.bench.harness.Option;
import org.chancery.bench.harness.Options;
import org.chancery.bench.harness.Report;
import org.chancery.bench.harness.Surroundings;
import org.chancery.bench.load.StoreFilling;
import org.chancery.bench.product.Product;
import org.chancery.bench.product.Setup;
import org.chancery.bench.triage.StoreCloning.Wanted;

/** Whether review, activity and badge take the same time however much mail is stored, for admins and for a member (issue 3, Done when 5). */
public final class TriageBenchmark implements Benchmark {
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
        return Comparison.options(
                "messages",
                "500000",
                new Option("waiting", "300", "of them in the review queue, in both"),
                new Option("unrouted", "300", "of them without a handler, in both"));
    }

    @Override
    public Report run(Options options, Surroundings surroundings) throws IOException, InterruptedException {
        return Comparison.run(
                this,
                options,
                surroundings,
                "messages",
                "Both stores hold the same waiting mail, so that pages are of the same length; the rest is handled or"
                        + " with agents. The large store is filled with copies of mails that came in by SMTP.",
                new Queues(surroundings.home(), options.number("waiting"), options.number("unrouted")));
    }

    /** Stores with mail that waits among mail that does not, and those who look at it. */
    private record Queues(Path home, int waiting, int unrouted) implements Comparison.Plan {

        @Override
        public void fill(Setup setup, int messages) throws IOException, InterruptedException, SQLException {
            try (Product product = Product.start(home, setup)) {
                StoreFilling.makeEndpoints(product, BOXES);
                StoreFilling.fill(product, TEMPLATES, BOXES, LIMIT);
            }
            StoreCloning.clone(setup, new Wanted(messages, waiting, unrouted));
        }

        @Override
        public Store open(Setup setup) throws IOException, InterruptedException {
            return Store.open(home, setup, MEMBER);
        }

        @Override
        public List<Call> calls() {
            List<Call> calls = new ArrayList<>();
            for (String who : Store.WHO) {
                for (String path : List.of(
                        "review",
                        "badge",
                        "activity",
                        "activity?state=handled",
                        "activity?state=routed",
                        "activity?endpoint_id=b1@" + Setup.DOMAIN,
                        "activity?state=handled&endpoint_id=b1@" + Setup.DOMAIN)) {
                    calls.add(Call.get(path, who, "/v1/api/email/" + path));
                }
            }
            return calls;
        }
    }
}
