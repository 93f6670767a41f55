package org.chancery.bench.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What Linux says about a process. */
public final class ProcessFigures {
    // USER_HZ, in which /proc/PID/stat counts: 100 on every Linux that Java runs on.
    private static final long TICK_NANOS = 10_000_000;
    private static final int KIB_PER_MIB = 1024;

    private final Path folder;

    public ProcessFigures(long pid) {
        this.folder = Path.of("/proc", Long.toString(pid));
    }

    /** CPU time of all threads there are and were. */
    public Duration cpu() throws IOException {
        // The second field, the program's name, may hold blanks and brackets itself.
        String stat = Files.readString(folder.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Duration.ofNanos((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_NANOS);
    }

    /** CPU time of the threads there are, summed by name without its number. */
    public Map<String, Duration> cpuByThread() throws IOException {
        Map<String, Duration> times = new TreeMap<>();
        try (Stream<Path> threads = Files.list(folder.resolve("task"))) {
            for (Path thread : threads.toList()) {
                try {
                    String name =
                            Files.readString(thread.resolve("comm")).strip().replaceFirst("[-#]?[0-9]+$", "");
                    String nanos = Files.readString(thread.resolve("schedstat")).split(" ", 2)[0];
                    times.merge(name, Duration.ofNanos(Long.parseLong(nanos)), Duration::plus);
                } catch (IOException ended) {
                    // It ended between the listing and the reading.
                }
            }
        }
        return times;
    }

    /** Memory that is the process's own, shared pages counted in part, in MiB. */
    public double pss() throws IOException {
        return field("smaps_rollup", "Pss:");
    }

    /** Memory in RAM, shared pages counted in full, in MiB. */
    public double rss() throws IOException {
        return field("status", "VmRSS:");
    }

    private double field(String file, String name) throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / KIB_PER_MIB)
                    .findFirst()
                    .orElse(Double.NaN);
        }
    }
}
