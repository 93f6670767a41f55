package org.chancery.bench.ingest;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.chancery.bench.harness.Surroundings;
import org.chancery.bench.load.StoreFilling;
import org.chancery.bench.product.Product;
import org.chancery.bench.product.Setup;

/**
 * Makes our server one of the peers that {@code drive.py} alternates: {@code peer-chancery.sh start PORT DIR [VARIANT]},
 * {@code stop DIR}, {@code clean DIR}. The script calls back here. {@code clean} waits until the pipeline is done, so that it
 * does not take the CPU from the peer whose turn is next, and notes what each turn has cost.
 */
public final class PeerScript {
    /** The first argument with which the script calls the command line. */
    public static final String VERB = "peer";

    /** The variant that begins with a copy of the filled store. */
    static final String STORED = "stored";

    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(5);

    private PeerScript() {}

    /**
     * Writes the script.
     *
     * @param notes folder for the snapshots, one file for each peer
     * @param filled the data directory that the variant {@code stored} begins with
     */
    static void write(Path folder, Path home, Path notes, Path filled, int boxes) throws IOException {
        Path script = folder.resolve("peer-chancery.sh");
        Files.writeString(script, """
                #!/bin/sh
                exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC '-Dchancery.home=%s' '-Dbench.notes=%s' '-Dbench.filled=%s' \\
                  '-Dbench.boxes=%d' -cp '%s' org.chancery.bench.Main %s "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin/java"),
                        home,
                        notes,
                        filled,
                        boxes,
                        System.getProperty("java.class.path"),
                        VERB));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What the script does. */
    public static void run(List<String> arguments) throws IOException, InterruptedException {
        switch (arguments.getFirst()) {
            case "start" ->
                start(
                        Integer.parseInt(arguments.get(1)),
                        Path.of(arguments.get(2)),
                        arguments.size() > 3 && arguments.get(3).equals(STORED));
            case "clean" -> clean(Path.of(arguments.get(1)));
            case "stop" -> running(Path.of(arguments.get(1))).close();
            default -> throw new IllegalArgumentException("start, stop or clean, not " + arguments);
        }
    }

    @SuppressWarnings("resource") // it goes on running
    private static void start(int port, Path folder, boolean stored) throws IOException, InterruptedException {
        Surroundings.delete(folder);
        Files.createDirectories(folder);
        Setup setup = Setup.in(folder).onPort(port);
        if (stored) {
            copy(property("bench.filled"), setup.dataDirectory());
        }
        Product product = Product.start(property("chancery.home"), setup);
        Files.writeString(folder.resolve("pid"), product.pid() + "\n");
        if (!stored) {
            StoreFilling.makeEndpoints(product, Integer.getInteger("bench.boxes", 1));
        }
        Snapshot.of(product).appendTo(notesOf(folder));
        System.out.println(product.pid());
    }

    private static void clean(Path folder) throws IOException, InterruptedException {
        Product product = running(folder);
        Snapshot.of(product).appendTo(notesOf(folder));
        product.api().awaitBacklog(0, DRAIN_LIMIT);
        Snapshot.of(product).appendTo(notesOf(folder));
    }

    private static Product running(Path folder) throws IOException {
        return Product.runningIn(
                Setup.in(folder),
                Long.parseLong(Files.readString(folder.resolve("pid")).strip()));
    }

    static void copy(Path from, Path to) throws IOException, InterruptedException {
        int status = new ProcessBuilder("cp", "-a", "--reflink=auto", from.toString(), to.toString())
                .redirectOutput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("cannot copy " + from + " to " + to);
        }
    }

    private static Path notesOf(Path folder) {
        return property("bench.notes").resolve(folder.getFileName() + ".jsonl");
    }

    private static Path property(String name) {
        return Path.of(System.getProperty(name, ""));
    }
}
