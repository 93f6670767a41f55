package org.chancery.bench.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a benchmark runs.
 *
 * @param home the checkout whose product is measured
 * @param scratch where data directories are made; gone at the end
 * @param peers the folder with {@code drive.py} and {@code peer-*.sh}, where there is one and it is set up
 * @param lab what the peers' {@code setup.sh} has filled
 * @param day when it ran
 */
public record Surroundings(Path home, Path scratch, Optional<Path> peers, Path lab, LocalDate day)
        implements AutoCloseable {

    public static Surroundings prepare() throws IOException {
        Path home = Path.of(System.getProperty("chancery.home", "."))
                .toAbsolutePath()
                .normalize();
        Path parent = environment("BENCH_SCRATCH").orElse(Path.of(System.getProperty("java.io.tmpdir")));
        Files.createDirectories(parent);
        Path lab = environment("LAB").orElse(Path.of("/tmp/lab"));
        Path peers = environment("BENCH_PEERS")
                .orElse(home.resolve("../shared/bench"))
                .normalize();
        boolean ready = Files.isReadable(peers.resolve("drive.py")) && Files.isExecutable(lab.resolve("smtp_load"));
        if (!ready) {
            System.err.println("bench: no peers: " + peers + "/drive.py or " + lab
                    + "/smtp_load is missing (BENCH_PEERS, LAB; setup.sh of the former fills the latter)");
        }
        return new Surroundings(
                home,
                Files.createTempDirectory(parent, "chancery-bench"),
                ready ? Optional.of(peers) : Optional.empty(),
                lab,
                LocalDate.now(ZoneId.systemDefault()));
    }

    private static Optional<Path> environment(String name) {
        return Optional.ofNullable(System.getenv(name))
                .filter(value -> !value.isEmpty())
                .map(value -> Path.of(value).toAbsolutePath());
    }

    @Override
    public void close() throws IOException {
        delete(scratch);
    }

    /** Removes a folder and all in it; nothing happens where it is missing. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Surroundings::deleteOne);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void deleteOne(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
