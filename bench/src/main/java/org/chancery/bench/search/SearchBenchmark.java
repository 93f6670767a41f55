package org.chancery.bench.search;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.chancery.bench.compare.Comparison;
import org.chancery.bench.compare.Comparison.Call;
import org.chancery.bench.harness.Benchmark;
import org.chancery.bench.harness.Option;
import org.chancery.bench.harness.Options;
import org.chancery.bench.harness.Report;
import org.chancery.bench.harness.Surroundings;
import org.chancery.bench.product.Setup;

/** Whether mail is found in the same time however much there is: by frequent and rare words, and by those of a small inbox. */
public final class SearchBenchmark implements Benchmark {
    private static final String LIST = "/v1/messages/?";

    @Override
    public String name() {
        return "search";
    }

    @Override
    public String summary() {
        return "time of searches with little and with much stored mail";
    }

    @Override
    public List<Option> options() {
        return Comparison.options("messages", "100000");
    }

    @Override
    public Report run(Options options, Surroundings surroundings) throws IOException, InterruptedException {
        return Comparison.run(
                this,
                options,
                surroundings,
                "messages",
                "Every mail says \"common\", half of them \"left\" and the others \"right\", one in ten \"seldom\", three in all"
                        + " \"needle\"; twenty are in an inbox of their own. The last call finds nothing: it looks at all mail of the"
                        + " small store, and at as much as one page may in the large one. Mails are copies, with what they are found"
                        + " by, of some that were sent.",
                new Searching(surroundings.home()));
    }

    /** Stores with mail to be found, and those who look for it. */
    private record Searching(Path home) implements Comparison.Plan {

        @Override
        public void fill(Setup setup, int messages) throws IOException, InterruptedException, SQLException {
            try (Store store = Store.open(home, setup)) {
                store.send();
            }
            FoundMail.copy(setup, messages);
        }

        @Override
        public Store open(Setup setup) throws IOException, InterruptedException {
            return Store.open(home, setup);
        }

        @Override
        public List<Call> calls() {
            return List.of(
                    Call.get("no search", Store.ADMIN, LIST),
                    Call.get("word of all", Store.ADMIN, LIST + "q=common"),
                    Call.get("seldom word", Store.ADMIN, LIST + "q=seldom"),
                    Call.get("word of three and word of all", Store.ADMIN, LIST + "q=common+needle"),
                    Call.get("sender and seldom word", Store.ADMIN, LIST + "q=seldom&from=desk@" + Setup.DOMAIN),
                    Call.get("recipient's domain and subject", Store.ADMIN, LIST + "subject=seldom&to=@load.test"),
                    Call.get("word of nobody", Store.ADMIN, LIST + "q=nobody"),
                    Call.get("word of all, small inbox", Store.SMALL_INBOX, LIST + "q=common"),
                    Call.get("two frequent words, never together", Store.ADMIN, LIST + "q=left+right")
                            .shownOnly());
        }
    }
}
