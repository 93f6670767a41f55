package org.chancery.bench.api;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.chancery.bench.compare.Comparison;
import org.chancery.bench.compare.Comparison.Call;
import org.chancery.bench.harness.Benchmark;
import org.chancery.bench.harness.Option;
import org.chancery.bench.harness.Options;
import org.chancery.bench.harness.Report;
import org.chancery.bench.harness.Surroundings;
import org.chancery.bench.product.Setup;

/** Whether a send is held, and approvals are listed, in the same time however many approvals there were (issue 4, Done when 8). */
public final class ApiBenchmark implements Benchmark {

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
        return Comparison.options(
                "past approvals", "100000", new Option("pending", "100", "approvals that wait, in both"));
    }

    @Override
    public Report run(Options options, Surroundings surroundings) throws IOException, InterruptedException {
        return Comparison.run(
                this,
                options,
                surroundings,
                "past approvals",
                "Each held send adds one that waits, to both stores. Past approvals are copies of some that went the whole"
                        + " way, with their mails, threads, recipients and decisions; the record and the events are not copied.",
                new PastAndPending(surroundings.home(), options.number("pending")));
    }

    /** Stores with past approvals, and those who hold and list. */
    private record PastAndPending(Path home, int pending) implements Comparison.Plan {

        /** Has some approved, and makes past ones of them. */
        @Override
        public void fill(Setup setup, int past) throws IOException, InterruptedException, SQLException {
            try (Holding holding = Holding.open(home, setup, 1)) {
                for (int i = 0; i < TEMPLATES; i++) {
                    String approval = holding.hold();
                    holding.post(Holding.ADMIN, "/v1/approvals/" + approval + "/approve/", "{}");
                }
            }
            PastApprovals.copy(setup, past);
        }

        @Override
        public Holding open(Setup setup) throws IOException, InterruptedException {
            Holding holding = Holding.open(home, setup, 2);
            try {
                for (int i = 0; i < pending; i++) {
                    holding.hold();
                }
                return holding;
            } catch (IOException | InterruptedException | RuntimeException e) {
                holding.close();
                throw e;
            }
        }

        @Override
        public List<Call> calls() {
            List<Call> calls = new ArrayList<>();
            for (String who : List.of(Holding.ADMIN, Holding.MEMBER, Holding.AGENT)) {
                calls.add(Call.get("list of pending", who, "/v1/approvals/"));
            }
            for (String who : List.of(Holding.ADMIN, Holding.MEMBER)) {
                calls.add(Call.get("list of executed", who, "/v1/approvals/?status=executed"));
                calls.add(Call.get("list of rejected", who, "/v1/approvals/?status=rejected"));
            }
            calls.add(Call.post("held send", Holding.AGENT, "/v1/messages/", Holding.mail()));
            return calls;
        }
    }
}
