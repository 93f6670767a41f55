package org.chancery.server.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chancery.testkit.database.TestDatabase;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.jspecify.annotations.Nullable;

/**
 * {@code bin/chancery serve} of this checkout as a process of its own, started again and again on one data directory. One
 * thread starts and kills; others ask for its ports, and wait while it is down.
 */
final class PackagedServer implements AutoCloseable {
    static final String DOMAIN = "crash.test";
    static final String ADMIN_TOKEN = "crash-admin-token-0123456789";

    /** The first start after a build gets ready for quick ones, which takes a minute on a busy machine. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final int POLL_MILLIS = 5;

    /** H2 uses room in its file again after milliseconds, not after 45 s: as in a server that runs for long. */
    private static final String AGED = ";RETENTION_TIME=50";

    private final Path folder;
    private final Map<String, String> environment;
    private int starts;
    private @Nullable Process process;
    private @Nullable Ports ports;

    /** Where it listens; each start has its own. */
    record Ports(int smtp, int submission, int http) {}

    /** @param more configuration beside what every test here needs */
    PackagedServer(Path folder, Map<String, String> more) {
        this.folder = folder;
        this.environment = new HashMap<>(more);
        environment.putIfAbsent("CHANCERY_DATABASE_URL", "jdbc:h2:file:" + data().resolve("chancery") + AGED);
        environment.put("CHANCERY_DATA_DIRECTORY", data().toString());
        environment.put("CHANCERY_SMTP_BIND", "127.0.0.1");
        environment.put("CHANCERY_HTTP_BIND", "127.0.0.1");
        for (String port : new String[] {"SMTP", "SUBMISSION", "SUBMISSIONS", "HTTP"}) {
            environment.put("CHANCERY_" + port + "_PORT", "0");
        }
        environment.put("CHANCERY_WORKSPACE_DOMAIN", DOMAIN);
        environment.put("CHANCERY_ADMIN_TOKEN", ADMIN_TOKEN);
    }

    /** Configuration with which it uses a database of its own instead of the file. */
    static Map<String, String> on(TestDatabase database) {
        return Map.of(
                "CHANCERY_DATABASE_URL", database.url(),
                "CHANCERY_DATABASE_USER", database.user(),
                "CHANCERY_DATABASE_PASSWORD", database.password());
    }

    /**
     * Configuration with which all mail goes to a peer, and is tried again at once where that is away.
     *
     * @param connections so many are open at most
     */
    static Map<String, String> relayingTo(ScriptedSmtpPeer peer, int connections, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("CHANCERY_DELIVERY_MODE", "relay");
        environment.put("CHANCERY_DELIVERY_RELAY", "127.0.0.1:" + peer.port());
        environment.put("CHANCERY_DELIVERY_RETRY", "1s,1s,1s,1s,1s,1s,1s,1s");
        environment.put("CHANCERY_DELIVERY_CONCURRENCY_PER_DESTINATION", String.valueOf(connections));
        return environment;
    }

    /** Starts it, waits until everything listens, and tells how long that took. */
    Duration start() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("chancery.home", ".."));
        File out = folder.resolve("out-" + ++starts).toFile();
        File errors = folder.resolve("err-" + starts).toFile();
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/chancery").toString(), "serve")
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out)
                .redirectError(errors);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("CHANCERY_") && !name.startsWith("CHANCERY_JAVA"));
        builder.environment().putAll(environment);
        long began = System.nanoTime();
        Process started = builder.start();
        process = started;
        while (Files.readString(out.toPath()).lines().noneMatch(line -> line.startsWith("ready"))) {
            if (!started.isAlive() || System.nanoTime() - began > START_LIMIT.toNanos()) {
                throw new IOException("start " + starts + " failed:\n" + Files.readString(errors.toPath()));
            }
            Thread.sleep(POLL_MILLIS);
        }
        JsonNode numbers =
                new ObjectMapper().readTree(data().resolve("ports.json").toFile());
        up(new Ports(
                numbers.path("smtp").asInt(),
                numbers.path("submission").asInt(),
                numbers.path("http").asInt()));
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        // First, so that no client runs against a closed port again and again.
        up(null);
        Process killed = running();
        killed.destroyForcibly();
        killed.waitFor();
    }

    /** Where it listens, waiting while it is down. */
    synchronized Ports ports() throws InterruptedException {
        while (ports == null) {
            wait();
        }
        return ports;
    }

    private synchronized void up(@Nullable Ports now) {
        ports = now;
        notifyAll();
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    /** Stops it as an operator would; throws where it does not stop in time. */
    void stop() throws IOException, InterruptedException {
        Process stopped = running();
        stopped.destroy();
        if (!stopped.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("the server does not stop within " + STOP_LIMIT);
        }
    }

    /** Leaves no process behind, whatever happened. */
    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
