package org.chancery.server.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.chancery.server.packaged.Chancery.Ended;
import org.chancery.server.packaged.Chancery.Serving;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command with its exit code, on a server that runs and on one that is stopped. */
class CommandsIT {
    private static final int EXIT_CONFIG = 78;

    private Chancery chancery;

    @BeforeEach
    void prepare(@TempDir Path folder) throws IOException {
        // Commands are short: compiling them well takes longer than they do.
        chancery = new Chancery(folder).with("CHANCERY_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    }

    @AfterEach
    void end() {
        chancery.close();
    }

    @Test
    void demo_ends_well() throws IOException, InterruptedException {
        Ended demo = chancery.run("demo");
        assertEquals(0, demo.exit(), demo.err() + demo.out());
        assertEquals(
                "Every step did what it should.", demo.out().lines().toList().getLast());
    }

    @Test
    void a_demo_that_stays_leaves_nothing_behind_when_it_is_stopped(@TempDir Path temporary)
            throws IOException, InterruptedException {
        chancery.with("CHANCERY_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Djava.io.tmpdir=" + temporary);
        Serving demo = chancery.until("Stop it with Ctrl-C.", "demo", "--keep");
        assertEquals(1, demosIn(temporary));
        demo.process().destroy();
        assertTrue(demo.process().waitFor(60, TimeUnit.SECONDS), "it still runs");
        assertEquals(0, demosIn(temporary));
    }

    private static long demosIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("chancery-demo"))
                    .count();
        }
    }

    @Test
    void an_unknown_key_ends_the_start_with_the_nearest_name(@TempDir Path folder)
            throws IOException, InterruptedException {
        Ended serve = chancery.with("CHANCERY_SMTP_PROT", "26").run("serve");
        assertEquals(EXIT_CONFIG, serve.exit());
        assertTrue(serve.err().contains("chancery: Unknown variable CHANCERY_SMTP_PROT"), serve.err());
        assertTrue(serve.err().contains("CHANCERY_SMTP_PORT?"), serve.err());

        Path file = Files.writeString(folder.resolve("chancery.toml"), "[smtp]\nprot = 26\n");
        Ended check = chancery.without("CHANCERY_SMTP_PROT").run("check", "--config", file.toString());
        assertEquals(EXIT_CONFIG, check.exit());
        assertTrue(check.err().contains(file + ":2: unknown key smtp.prot; did you mean smtp.port?"), check.err());
        assertFalse(Files.exists(chancery.data()));
    }

    @Test
    void operators_chores_are_done_by_the_running_server_and_without_one() throws IOException, InterruptedException {
        chancery.with("CHANCERY_IMAP_ENABLED", "true");
        Serving server = chancery.serve();
        assertTrue(server.errors().contains("imap.enabled is set, and nothing acts on it yet"), server.errors());
        assertFalse(server.printed().contains(Chancery.ADMIN_TOKEN), "a token that was given is not shown");
        chancery.get(Chancery.ADMIN_TOKEN, "/v1/whoami/");
        assertEquals(readyLine(server), portsFile());

        chores("first");
        Ended check = chancery.run("check");
        assertEquals(0, check.exit(), check.out() + check.err());
        Ended second = chancery.run("serve");
        assertEquals(EXIT_CONFIG, second.exit());
        assertTrue(second.err().contains("process " + server.process().pid()), second.err());
        chancery.get(Chancery.ADMIN_TOKEN, "/v1/whoami/");

        server.process().destroy();
        assertTrue(server.process().waitFor(10, TimeUnit.SECONDS), "SIGTERM stops it within 10 s");
        assertFalse(Files.exists(chancery.data().resolve("ports.json")));
        Ended user = chancery.run(
                "admin", "user", "add", "--workspace", "first.test", "--email", "ann@first.test", "--role", "admin");
        assertEquals(0, user.exit(), user.out() + user.err());
        assertEquals(0, chancery.run("admin", "spool", "list").exit());
    }

    /** All chores on one more workspace. */
    private void chores(String name) throws IOException, InterruptedException {
        String domain = name + ".test";
        Ended workspace = chancery.run(
                "admin", "workspace", "add", "--name", name, "--domain", domain, "--owner", "kim@" + domain);
        assertEquals(0, workspace.exit(), workspace.out() + workspace.err());
        assertTrue(workspace.out().contains("token     chy_"), workspace.out());
        Ended again =
                chancery.run("admin", "workspace", "add", "--name", "x", "--domain", domain, "--owner", "x@x.test");
        assertEquals(1, again.exit(), again.out() + again.err());
        Ended user = chancery.run(
                "admin", "user", "add", "--workspace", domain, "--email", "lee@" + domain, "--role", "member");
        assertEquals(0, user.exit(), user.out() + user.err());
        Ended token = chancery.run(
                "admin",
                "token",
                "create",
                "--workspace",
                domain,
                "--user",
                "lee@" + domain,
                "--label",
                "lee's",
                "--scopes",
                "email:read,email:send");
        assertEquals(0, token.exit(), token.out() + token.err());
        assertTrue(token.out().startsWith("token tok_"), token.out());
        Ended spool = chancery.run("admin", "spool", "list");
        assertEquals(0, spool.exit(), spool.out() + spool.err());
        assertEquals("", spool.out(), "nothing waits");
        Ended dkim = chancery.run("admin", "dkim", "show");
        assertEquals(0, dkim.exit(), dkim.out() + dkim.err());
        assertTrue(dkim.out().contains("-rsa._domainkey."), dkim.out());
        Ended later = chancery.run("admin", "backup");
        assertEquals(2, later.exit());
        assertTrue(later.out().contains("'backup' does not exist yet"), later.out());
    }

    @Test
    void check_says_what_keeps_mail_from_working_and_changes_nothing() throws IOException, InterruptedException {
        Ended good = chancery.run("check");
        assertEquals(0, good.exit(), good.out() + good.err());
        assertTrue(good.out().endsWith("Nothing keeps mail from working.\n"), good.out());
        assertFalse(Files.exists(chancery.data()), "check makes nothing");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended bad = chancery.with("CHANCERY_SMTP_PORT", Integer.toString(taken.getLocalPort()))
                    .run("check");
            assertEquals(1, bad.exit(), bad.out() + bad.err());
            assertTrue(bad.out().contains("MEND  smtp.port: 127.0.0.1:" + taken.getLocalPort()), bad.out());
        }
    }

    private static String readyLine(Serving server) throws IOException {
        String line = server.printed()
                .lines()
                .filter(candidate -> candidate.startsWith("ready "))
                .findFirst()
                .orElseThrow();
        return new TreeSet<>(List.of(line.substring("ready ".length()).split(" "))).toString();
    }

    private String portsFile() throws IOException {
        var ports = chancery.ports();
        TreeSet<String> all = new TreeSet<>();
        StreamSupport.stream(((Iterable<String>) ports::fieldNames).spliterator(), false)
                .forEach(name -> all.add(name + "=" + ports.path(name).asInt()));
        return all.toString();
    }
}
