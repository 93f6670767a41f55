package org.chancery.bench.product;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A running server. It outlives the Java process that started it unless it is closed, and can be found again by its folder,
 * because the scripts of {@code drive.py} start and stop it in calls of their own.
 */
public final class Product implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int POLL_MILLIS = 5;

    private final ProcessHandle process;
    private final int smtpPort;
    private final ProductApi api;
    private final Duration startTime;

    private final Setup setup;

    private Product(Setup setup, ProcessHandle process, JsonNode ports, Duration startTime) {
        this.setup = setup;
        this.process = process;
        this.smtpPort = ports.path("smtp").asInt();
        this.api = new ProductApi(ports.path("http").asInt(), Setup.ADMIN_TOKEN);
        this.startTime = startTime;
    }

    /** Does an operator's chore, {@code bin/chancery admin …}; what it printed. */
    public String admin(Path home, List<String> words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/chancery").toString(), "admin"));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(Product::isOther);
        builder.environment().putAll(setup.environment());
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("admin " + String.join(" ", words) + ": " + said);
        }
        return said;
    }

    private static boolean isOther(String variable) {
        return variable.startsWith("CHANCERY_")
                && !variable.equals("CHANCERY_JAVA")
                && !variable.equals("CHANCERY_JAVA_OPTS");
    }

    /** Builds what is missing or out of date, so that no start has to. */
    public static void build(Path home) throws IOException, InterruptedException {
        System.err.println("bench: building the product where it is out of date ...");
        // Without a command the script builds, and the program prints its usage.
        new ProcessBuilder(home.resolve("bin/chancery").toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Starts it, on the data that are there or on none, and waits until everything listens. */
    public static Product start(Path home, Setup setup) throws IOException, InterruptedException {
        Files.createDirectories(setup.folder());
        File out = setup.folder().resolve("out").toFile();
        File errors = setup.folder().resolve("err").toFile();
        Files.writeString(out.toPath(), "");
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/chancery").toString(), "serve")
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out))
                .redirectError(ProcessBuilder.Redirect.appendTo(errors));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(Product::isOther);
        environment.putAll(setup.environment());
        long started = System.nanoTime();
        Process process = builder.start();
        long deadline = started + START_LIMIT.toNanos();
        while (Files.readString(out.toPath()).lines().noneMatch(line -> line.startsWith("ready"))) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("the server did not start; what it printed is in " + out + " and " + errors
                        + ":\n" + Files.readString(errors.toPath()));
            }
            Thread.sleep(POLL_MILLIS);
        }
        Duration startTime = Duration.ofNanos(System.nanoTime() - started);
        return new Product(setup, process.toHandle(), ports(setup), startTime);
    }

    /** The server that was started in this folder before. */
    public static Product runningIn(Setup setup, long pid) throws IOException {
        ProcessHandle process =
                ProcessHandle.of(pid).orElseThrow(() -> new IOException("process " + pid + " does not run"));
        return new Product(setup, process, ports(setup), Duration.ZERO);
    }

    private static JsonNode ports(Setup setup) throws IOException {
        return new ObjectMapper()
                .readTree(setup.dataDirectory().resolve("ports.json").toFile());
    }

    public long pid() {
        return process.pid();
    }

    public int smtpPort() {
        return smtpPort;
    }

    public ProductApi api() {
        return api;
    }

    public ProcessFigures figures() {
        return new ProcessFigures(pid());
    }

    /** From the call of {@code bin/chancery serve} to its line {@code ready …}. */
    public Duration startTime() {
        return startTime;
    }

    /** Asks it to stop, and makes it where it does not. */
    @Override
    public void close() {
        api.close();
        process.destroy();
        try {
            process.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException tooSlow) {
            System.err.println("bench: the server does not stop within " + STOP_LIMIT + ", killing " + pid());
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
