package org.chancery.bench.harness;

import java.io.IOException;
import java.util.List;

/** Something that can be measured. */
public interface Benchmark {
    /** The word after {@code bin/bench}, which also begins the name of the report's file. */
    String name();

    /** One line for the list. */
    String summary();

    List<Option> options();

    /** Measures, bounded in count and time, and leaves no process behind. */
    Report run(Options options, Surroundings surroundings) throws IOException, InterruptedException;
}
