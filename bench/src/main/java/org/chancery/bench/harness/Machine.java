package org.chancery.bench.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a figure was measured on; without it the figure says little. */
final class Machine {
    private Machine() {}

    static String describe(Path home, Path scratch) throws IOException {
        return "%d × %s, Linux %s, %s under the data, Java %s (benchmark), load average %s, %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        field(Path.of("/proc/cpuinfo"), "model name"),
                        System.getProperty("os.version", "?"),
                        Files.getFileStore(scratch).type(),
                        Runtime.version(),
                        Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0],
                        commit(home));
    }

    private static String field(Path file, String name) throws IOException {
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(name)) {
                return line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return "?";
    }

    private static String commit(Path home) throws IOException {
        Process git = new ProcessBuilder(List.of("git", "-C", home.toString(), "describe", "--always", "--dirty"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? "commit " + answer : "no commit";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "no commit";
        }
    }
}
