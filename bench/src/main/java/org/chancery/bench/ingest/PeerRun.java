package org.chancery.bench.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.chancery.bench.harness.Surroundings;

/**
 * Our server and its peers in one run of {@code drive.py}, in alternation. The script takes the peers from its own folder,
 * which is not ours to write to: it runs from a folder of links to its files, with a {@code peer-chancery.sh} of ours.
 */
final class PeerRun {
    private static final Duration PER_START = Duration.ofMinutes(2);
    private static final Duration PER_TURN = Duration.ofMinutes(1);

    private final Surroundings surroundings;
    private final Path peersFolder;
    private final List<String> peers;
    private final Path folder;
    private final Path notes;

    PeerRun(Surroundings surroundings, Path peersFolder, List<String> peers) {
        this.surroundings = surroundings;
        this.peersFolder = peersFolder;
        this.peers = peers;
        this.folder = surroundings.scratch().resolve("peers");
        this.notes = surroundings.scratch().resolve("notes");
    }

    Outcome measure(Matrix matrix, Path filled) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Files.createDirectories(notes);
        try (Stream<Path> files = Files.list(peersFolder)) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(folder.resolve(file.getFileName()), file);
            }
        }
        PeerScript.write(folder, surroundings.home(), notes, filled, matrix.boxes());
        Path figures = surroundings.scratch().resolve("drive.json");
        drive(matrix, figures);
        return read(new ObjectMapper().readTree(figures.toFile()).path("results"));
    }

    private void drive(Matrix matrix, Path figures) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        "python3",
                        folder.resolve("drive.py").toString(),
                        figures.toString(),
                        "--peers",
                        String.join(",", peers),
                        "--sizes",
                        join(matrix.sizesKib()),
                        "--sessions",
                        join(matrix.sessions()),
                        "--rounds",
                        Integer.toString(matrix.rounds()),
                        "--secs",
                        Integer.toString(matrix.seconds()),
                        "--boxes",
                        Integer.toString(matrix.boxes()))
                .redirectErrorStream(true);
        builder.environment().put("LAB", surroundings.lab().toString());
        int turns =
                peers.size() * (1 + matrix.sizesKib().size() * matrix.sessions().size() * matrix.rounds());
        Duration limit = PER_START.multipliedBy(peers.size()).plus(PER_TURN.multipliedBy(turns));
        Process process = builder.start();
        // Its table as it grows; standard output is for ours.
        Thread.ofPlatform().daemon().start(() -> process.inputReader().lines().forEach(System.err::println));
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            // It stops the peers when it is asked to end.
            process.destroy();
            process.waitFor();
            throw new IOException("drive.py took more than " + limit);
        }
        if (process.exitValue() != 0) {
            throw new IOException("drive.py ended with " + process.exitValue());
        }
    }

    private Outcome read(JsonNode results) throws IOException {
        List<Cell> cells = new ArrayList<>();
        results.forEach(result -> cells.add(cell(result)));
        List<Cost> costs = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            String peer = peers.get(i);
            if (peer.startsWith(Outcome.OURS)) {
                Path file = notes.resolve(Outcome.OURS + "-" + i + ".jsonl");
                costs.addAll(costs(peer, results, Snapshot.allIn(file)));
            }
        }
        return new Outcome(cells, costs);
    }

    private static Cell cell(JsonNode result) {
        return new Cell(
                result.path("peer").asText(),
                result.path("kb").asInt(),
                result.path("sessions").asInt(),
                result.path("msg/s").asDouble(),
                runs(result).map(run -> run.path("msg/s").asDouble()).toList(),
                result.path("p50_us").asDouble(),
                result.path("p99_us").asDouble(),
                result.path("cpu_us").asDouble(),
                result.path("pss").asDouble(),
                result.path("errs").asInt());
    }

    private static List<Cost> costs(String peer, JsonNode results, List<Snapshot> snapshots) {
        List<JsonNode> ours = StreamSupport.stream(results.spliterator(), false)
                .filter(result -> result.path("peer").asText().equals(peer))
                .toList();
        List<Integer> mails = ours.stream()
                .flatMap(PeerRun::runs)
                .map(run -> run.path("msgs").asInt())
                .toList();
        List<Cost.Round> rounds = Cost.rounds(snapshots, mails);
        List<Cost> costs = new ArrayList<>();
        int at = 0;
        for (JsonNode result : ours) {
            int end = Math.min(rounds.size(), at + (int) runs(result).count());
            costs.add(Cost.of(
                    peer, result.path("kb").asInt(), result.path("sessions").asInt(), rounds.subList(at, end)));
            at = end;
        }
        return costs;
    }

    private static Stream<JsonNode> runs(JsonNode result) {
        return StreamSupport.stream(result.path("runs").spliterator(), false);
    }

    private static String join(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
