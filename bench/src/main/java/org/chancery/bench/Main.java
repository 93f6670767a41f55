package org.chancery.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.chancery.bench.api.ApiBenchmark;
import org.chancery.bench.harness.Benchmark;
import org.chancery.bench.harness.Option;
import org.chancery.bench.harness.Options;
import org.chancery.bench.harness.Report;
import org.chancery.bench.harness.Surroundings;
import org.chancery.bench.ingest.IngestBenchmark;
import org.chancery.bench.ingest.PeerScript;
import org.chancery.bench.pipeline.PipelineBenchmark;
import org.chancery.bench.search.SearchBenchmark;
import org.chancery.bench.triage.TriageBenchmark;

/** The command line: {@code bin/bench NAME [--OPTION VALUE …]}. */
public final class Main {
    private static final List<Benchmark> BENCHMARKS = List.of(
            new IngestBenchmark(),
            new PipelineBenchmark(),
            new TriageBenchmark(),
            new ApiBenchmark(),
            new SearchBenchmark());
    private static final int EXIT_USAGE = 64;

    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> words = List.of(args);
        if (words.isEmpty()) {
            list();
            return;
        }
        List<String> rest = words.subList(1, words.size());
        if (words.getFirst().equals(PeerScript.VERB)) {
            PeerScript.run(rest);
            return;
        }
        for (Benchmark benchmark : BENCHMARKS) {
            if (benchmark.name().equals(words.getFirst())) {
                measure(benchmark, rest);
                return;
            }
        }
        System.err.println("bench: there is no benchmark " + words.getFirst() + ".");
        list();
        System.exit(EXIT_USAGE);
    }

    private static void measure(Benchmark benchmark, List<String> arguments) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.parse(benchmark.options(), arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println("bench " + benchmark.name() + ": " + wrong.getMessage());
            System.exit(EXIT_USAGE);
            return;
        }
        try (Surroundings surroundings = Surroundings.prepare()) {
            Report report = benchmark.run(options, surroundings);
            System.out.print(report.markdown());
            Path written = report.writeInto(surroundings.home().resolve("bench/results"));
            System.err.println("bench: written to " + written + " and the .json beside it");
        }
    }

    private static void list() {
        System.out.println("usage: bin/bench NAME [--OPTION VALUE ...]");
        for (Benchmark benchmark : BENCHMARKS) {
            System.out.printf("%n  %-10s%s%n", benchmark.name(), benchmark.summary());
            for (Option option : benchmark.options()) {
                System.out.printf(
                        "    --%-12s %s (default %s)%n", option.name(), option.meaning(), option.defaultText());
            }
        }
    }
}
