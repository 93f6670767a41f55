package org.chancery.server.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When {@code bin/chancery} builds: in a checkout with a Java and a Maven that only note that they were called. */
class LauncherTest {
    /** Runs until its standard input ends, as a server does until it is told to stop. */
    private static final String JAVA = """
            #!/bin/sh
            if [ "$1" = -version ]; then
              echo 'openjdk version "21.0.1"' >&2
            else
              echo "$@" >>"${0%/*}/java.log"
              for option; do
                case $option in
                  -XX:ArchiveClassesAtExit=*) echo classes >"${option#*=}" ;;
                esac
              done
              cat >/dev/null
            fi
            """;

    private static final String MAVEN = """
            #!/bin/sh
            echo called >>"${0%/*}/mvn.log"
            date -u +%Y%m%d%H%M.%S >dist/built
            """;

    private Path home;

    @BeforeEach
    void makeCheckout(@TempDir Path directory) throws IOException {
        home = directory;
        program("bin/chancery", Files.readString(Path.of("..", "bin", "chancery")));
        program("tools/java", JAVA);
        program("tools/mvn", MAVEN);
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.createDirectories(home.resolve("server/src/main"));
        Files.writeString(home.resolve("server/src/main/Newer.java"), "");
        // A build is dated to the second.
        for (String source : new String[] {"server/src/main/Newer.java", "server/src/main", "pom.xml"}) {
            Files.setLastModifiedTime(home.resolve(source), FileTime.from(Instant.parse("2021-01-01T00:00:00Z")));
        }
    }

    private void builtLongAgo() throws IOException {
        Files.createDirectories(home.resolve("dist/lib"));
        Files.writeString(home.resolve("dist/built"), "202001010000.00\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "demo", "admin", "check", "corpus-report"})
    void nothing_built_is_built_by_every_command(String command) throws IOException, InterruptedException {
        ended(start(command));
        assertEquals(1, calls("mvn"));
        ended(start(command));
        assertEquals(1, calls("mvn"));
        assertEquals(2, runs(command));
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "check"})
    void short_commands_take_what_is_built(String command) throws IOException, InterruptedException {
        builtLongAgo();
        ended(start(command));
        assertEquals(0, calls("mvn"));
        assertEquals(1, runs(command));
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "demo"})
    void servers_are_built_anew_when_sources_are_newer(String command) throws IOException, InterruptedException {
        builtLongAgo();
        ended(start(command));
        assertEquals(1, calls("mvn"));
    }

    @Test
    void the_report_on_the_corpus_is_the_launchers_with_all_that_it_was_told()
            throws IOException, InterruptedException {
        program("bin/corpus-report", Files.readString(Path.of("..", "bin", "corpus-report")));
        ended(startScript("corpus-report", "--json", "a file.json"));
        assertEquals(1, calls("mvn"));
        assertEquals(1, runs("corpus-report --json a file.json"));
    }

    @Test
    void what_a_server_runs_from_is_not_exchanged() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")));
        ended(start("serve"));
        Started running = start("serve");
        awaitRuns("serve", 2);
        builtLongAgo();
        assertTrue(ended(start("demo")).contains("a server runs from it: starting the old build"));
        assertEquals(1, calls("mvn"));
        ended(running);
        ended(start("demo"));
        assertEquals(2, calls("mvn"));
    }

    @Test
    void the_archive_of_a_servers_classes_is_made_once_after_a_build_and_not_while_a_server_stops()
            throws IOException, InterruptedException {
        ended(start("serve"));
        ended(start("serve"));
        assertEquals(1, archivesMade());
        String archive = "-XX:SharedArchiveFile=" + home.resolve("dist/classes-serve.jsa");
        List<String> servers =
                log("java").stream().filter(line -> line.endsWith("Main serve")).toList();
        assertEquals(2, servers.size());
        for (String server : servers) {
            assertTrue(server.contains(archive) && !server.contains("AutoCreate"), server);
        }
    }

    @Test
    void an_archive_older_than_the_build_is_made_anew() throws IOException, InterruptedException {
        ended(start("serve"));
        Files.setLastModifiedTime(
                home.resolve("dist/classes-serve.jsa"), FileTime.from(Instant.parse("2021-01-01T00:00:00Z")));
        ended(start("serve"));
        assertEquals(2, archivesMade());
    }

    private long archivesMade() throws IOException {
        return log("java").stream()
                .filter(line -> line.contains("-XX:ArchiveClassesAtExit=") && line.contains("--config"))
                .count();
    }

    @Test
    void a_server_without_memory_ends() throws IOException, InterruptedException {
        ended(start("serve"));
        String options = Files.readString(home.resolve("tools/java.log"));
        assertTrue(options.contains("-XX:+ExitOnOutOfMemoryError"), options);
    }

    private void program(String name, String text) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A command under way, and where it writes its messages. */
    private record Started(Process process, Path messages) {}

    private Started start(String command) throws IOException {
        return startScript("chancery", command);
    }

    private Started startScript(String script, String... words) throws IOException {
        Path messages = Files.createTempFile(home, script, ".err");
        List<String> command = new ArrayList<>(List.of(words));
        command.addFirst(home.resolve("bin").resolve(script).toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(messages.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CHANCERY_"));
        builder.environment().put("CHANCERY_JAVA", home.resolve("tools/java").toString());
        builder.environment()
                .merge("PATH", home.resolve("tools").toString(), (path, tools) -> tools + File.pathSeparator + path);
        return new Started(builder.start(), messages);
    }

    /** Ends it; gives what it said. */
    private static String ended(Started command) throws IOException, InterruptedException {
        command.process().getOutputStream().close();
        assertTrue(command.process().waitFor(60, TimeUnit.SECONDS), "it does not end");
        String said = Files.readString(command.messages());
        assertEquals(0, command.process().exitValue(), said);
        return said;
    }

    private int calls(String program) throws IOException {
        return log(program).size();
    }

    private long runs(String command) throws IOException {
        return log("java").stream()
                .filter(line -> line.endsWith("Main " + command))
                .count();
    }

    private List<String> log(String program) throws IOException {
        Path log = home.resolve("tools").resolve(program + ".log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private void awaitRuns(String command, int count) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (runs(command) < count) {
            assertTrue(System.nanoTime() < end, command + " is not run");
            Thread.sleep(5); // between two looks at a condition that is awaited
        }
    }
}
