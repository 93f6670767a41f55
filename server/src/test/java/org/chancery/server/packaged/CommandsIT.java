package org.chancery.server.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.chancery.server.packaged.Chancery.Ended;
import org.chancery.server.packaged.Chancery.Serving;
import org.chancery.testkit.peer.ScriptedDns;
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
    void evidence_is_verified_where_there_is_neither_server_nor_configuration(@TempDir Path elsewhere)
            throws IOException, InterruptedException {
        Serving server = chancery.serve();
        chancery.post("/v1/api/email/endpoints", "{\"localpart\": \"sales\", \"kind\": \"custom\"}");
        String message = chancery.post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"sales@acme.test\", \"to\": [{\"email\": \"a@far.test\"}],"
                                + " \"subject\": \"Kept\", \"text_body\": \"x\"}")
                .path("message_id")
                .asText();
        byte[] bundle = chancery.download("/v1/messages/" + message + "/evidence/");
        String key = succeeds("admin", "evidence", "key").strip();
        String record = succeeds("admin", "audit", "verify", "--workspace", "acme.test");
        assertTrue(record.matches("intact  \\d+ entries  head \\d+:[0-9a-f]{64}\n"), record);
        stop(server);

        assertEquals(key, succeeds("admin", "evidence", "key").strip(), "without the server, too");
        String head = record.substring(record.lastIndexOf(' ')).strip();
        succeeds("admin", "audit", "verify", "--workspace", "acme.test", "--head", head);
        String other = head.substring(0, head.indexOf(':') + 1) + "0".repeat(64);
        Ended forked = chancery.run("admin", "audit", "verify", "--workspace", "acme.test", "--head", other);
        assertEquals(1, forked.exit(), forked.out() + forked.err());

        Files.write(elsewhere.resolve("kept.tar"), bundle);
        Ended intact = verifiedIn(elsewhere, "kept.tar", "--key", key);
        assertEquals(0, intact.exit(), intact.out() + intact.err());
        assertTrue(intact.out().startsWith("intact        " + message + ": "), intact.out());
        assertEquals(
                1, verifiedIn(elsewhere, "kept.tar", "--key", "0".repeat(64)).exit());

        int subject = new String(bundle, StandardCharsets.ISO_8859_1).indexOf("Subject: Kept");
        bundle[subject + "Subject: ".length()] ^= 1;
        Files.write(elsewhere.resolve("changed.tar"), bundle);
        Ended changed = verifiedIn(elsewhere, "changed.tar");
        assertEquals(1, changed.exit(), changed.out() + changed.err());
        assertTrue(changed.out().startsWith("does not fit  raw/"), changed.out());

        Ended missing = verifiedIn(elsewhere, "none.tar");
        assertEquals(2, missing.exit(), missing.out() + missing.err());
        assertEquals("chancery: there is no file none.tar\n", missing.out());
    }

    /** With a variable that would end whatever read the configuration. */
    private Ended verifiedIn(Path elsewhere, String... words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("admin", "verify-evidence"));
        line.addAll(List.of(words));
        return chancery.runElsewhere(elsewhere, Map.of("CHANCERY_SMTP_PROT", "26"), line.toArray(String[]::new));
    }

    private String succeeds(String... words) throws IOException, InterruptedException {
        Ended ended = chancery.run(words);
        assertEquals(0, ended.exit(), ended.out() + ended.err());
        return ended.out();
    }

    private static void stop(Serving server) throws InterruptedException {
        server.process().destroy();
        assertTrue(server.process().waitFor(10, TimeUnit.SECONDS), "SIGTERM stops it within 10 s");
    }

    @Test
    void signing_keys_are_replaced_step_by_step() throws IOException, InterruptedException {
        try (ScriptedDns dns = ScriptedDns.start()) {
            chancery.with("CHANCERY_DNS_SERVERS", dns.hostPort());
            Serving server = chancery.serve();
            String first = succeeds("admin", "dkim", "show", "acme.test");
            Ended unpublished = dkim("check", "acme.test");
            assertEquals(1, unpublished.exit(), unpublished.out() + unpublished.err());
            assertTrue(unpublished.out().startsWith("note  "), unpublished.out());
            assertTrue(unpublished.out().contains(" has no record; publish: "), unpublished.out());
            assertEquals(2, publish(dns, first));
            assertEquals(0, dkim("check", "acme.test").exit());

            String mislaid = succeeds("admin", "dkim", "rotate", "acme.test");
            assertNotEquals(first, mislaid);
            assertEquals(1, dkim("rotate", "acme.test").exit(), "some wait already");
            assertEquals(1, dkim("activate", "acme.test").exit(), "the DNS does not show them");
            assertTrue(succeeds("admin", "dkim", "discard", "acme.test").contains("were given up on "));
            assertEquals(1, dkim("discard", "acme.test").exit(), "none wait");
            assertEquals(2, dkim("rotate").exit(), "which domain?");
            stop(server);

            // What follows is done without a server.
            assertEquals(2, publish(dns, succeeds("admin", "dkim", "rotate", "acme.test")));
            assertTrue(succeeds("admin", "dkim", "activate", "acme.test").contains(": these keys sign since "));
            String shown = succeeds("admin", "dkim", "show", "acme.test");
            assertTrue(shown.contains(": these keys sign no more; leave them in the DNS until "), shown);
            assertEquals(0, dkim("check", "acme.test").exit());
        }
    }

    private Ended dkim(String... words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("admin", "dkim"));
        line.addAll(List.of(words));
        return chancery.run(line.toArray(String[]::new));
    }

    /** Puts the lines of a zone into the DNS; how many there are. */
    private static int publish(ScriptedDns dns, String zone) {
        List<String> lines = zone.lines().filter(line -> !line.startsWith(";")).toList();
        for (String line : lines) {
            String name = line.substring(0, line.indexOf(". IN TXT "));
            dns.txt(
                    name,
                    line.substring(line.indexOf('"'), line.lastIndexOf('"'))
                            .replace("\" \"", "")
                            .replace("\"", ""));
        }
        return lines.size();
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
