package org.chancery.bench.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chancery.bench.product.Product;

/**
 * What our server had used at one moment.
 *
 * @param nanos the moment, comparable between processes of one machine
 * @param backlog mails not through the pipeline
 * @param cpuMicros CPU time of the whole process
 * @param threadMicros CPU time by kind of thread, of those alive
 */
record Snapshot(long nanos, long backlog, long cpuMicros, Map<String, Long> threadMicros) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Snapshot of(Product product) throws IOException, InterruptedException {
        Map<String, Long> threads = new TreeMap<>();
        product.figures().cpuByThread().forEach((name, time) -> threads.put(name, time.toNanos() / 1_000));
        // CLOCK_MONOTONIC, which System.nanoTime() reads on Linux, is one for all processes.
        return new Snapshot(
                System.nanoTime(),
                product.api().backlog(),
                product.figures().cpu().toNanos() / 1_000,
                threads);
    }

    /** CPU time of the pipeline's workers. */
    long pipelineMicros() {
        return threadMicros.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("pipeline"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** CPU time of the JVM's compilers, which is spent while it is young. */
    long compilerMicros() {
        return threadMicros.entrySet().stream()
                .filter(entry -> entry.getKey().matches("C[12] Compiler.*"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    void appendTo(Path file) throws IOException {
        Files.writeString(
                file,
                JSON.writeValueAsString(this) + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    static List<Snapshot> allIn(Path file) throws IOException {
        List<Snapshot> all = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            all.add(JSON.readValue(line, Snapshot.class));
        }
        return all;
    }
}
