package org.chancery.server.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.chancery.server.Server;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.Key;
import org.chancery.server.config.Keys;
import org.chancery.testkit.database.TestDatabase;
import org.chancery.testkit.peer.ScriptedClamd;
import org.chancery.testkit.peer.ScriptedDns;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckTest {
    private static final Path PIPELINE = Path.of("..", "conf", "mailetcontainer.xml");
    private static final String DOMAIN = "acme.org";

    private final Map<Key<?>, String> values = new HashMap<>();
    private String printed = "";

    @TempDir
    private Path directory;

    private int check() {
        return check(PIPELINE);
    }

    private int check(Path pipeline) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int exit = new Check(
                        configuration(),
                        pipeline,
                        Clock.systemUTC(),
                        new PrintStream(out, true, StandardCharsets.UTF_8))
                .run();
        printed = out.toString(StandardCharsets.UTF_8);
        return exit;
    }

    private Configuration configuration() {
        values.putIfAbsent(Keys.DATA_DIRECTORY, directory.resolve("data").toString());
        values.put(Keys.SMTP_BIND, "127.0.0.1");
        values.put(Keys.SPOOL_MINIMUM_FREE, "1MiB");
        for (Key<Integer> port : List.of(Keys.SMTP_PORT, Keys.SUBMISSION_PORT, Keys.SUBMISSIONS_PORT, Keys.HTTP_PORT)) {

            values.putIfAbsent(port, "0");
        }
        return Configuration.of(values);
    }

    private void says(String line) {
        assertTrue(printed.contains(line), printed);
    }

    @Test
    void a_new_configuration_is_good_and_nothing_is_made() {
        assertEquals(0, check(), printed);
        says("ok    data.directory: " + directory.resolve("data") + " can be made");
        says("is made at the first start");
        says("ok    pipeline: ");
        assertFalse(Files.exists(directory.resolve("data")));
    }

    @Test
    void a_database_that_is_there_is_opened_and_not_changed() throws IOException {
        Path killed = Files.createDirectories(directory.resolve("killed"));
        Path stopped = Files.createDirectories(directory.resolve("stopped"));
        Path database = directory.resolve("data").resolve("chancery.mv.db");
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
        try (Server server = Server.start(configuration(), PIPELINE, Clock.systemUTC(), nowhere)) {
            assertEquals(0, check(), printed);
            says("is in use by a running server");
            assertTrue(server.ports().containsKey("smtp"));
            Files.copy(database, killed.resolve(database.getFileName()));
        }
        Files.copy(database, stopped.resolve(database.getFileName()));
        for (Path each : List.of(killed, stopped)) {
            values.put(Keys.DATA_DIRECTORY, each.toString());
            byte[] before = Files.readAllBytes(each.resolve(database.getFileName()));
            assertEquals(0, check(), printed);
            says("answers, its schema is up to date");
            assertArrayEquals(before, Files.readAllBytes(each.resolve(database.getFileName())));
        }
    }

    @Test
    void a_postgresql_without_a_schema_gets_none() {
        TestDatabase database = TestDatabase.postgres();
        values.put(Keys.DATABASE_URL, database.url());
        values.put(Keys.DATABASE_USER, database.user());
        values.put(Keys.DATABASE_PASSWORD, database.password());
        for (int i = 0; i < 2; i++) {
            assertEquals(0, check(), printed);
            says("answers, its schema is brought up to date at the next start");
        }
    }

    @Test
    void a_database_that_is_away_is_named() throws IOException {
        values.put(Keys.DATABASE_URL, "jdbc:postgresql://127.0.0.1:" + free() + "/chancery");
        assertEquals(1, check(), printed);
        says("MEND  database.url: ");
    }

    @Test
    void a_pipeline_that_serve_would_refuse_is_refused() throws IOException {
        Path pipeline = Files.writeString(directory.resolve("mailetcontainer.xml"), "<mailetcontainer/>");
        assertEquals(1, check(pipeline), printed);
        says("MEND  pipeline: " + pipeline);
    }

    @Test
    void a_directory_that_cannot_be_made_is_named() {
        values.put(Keys.DATA_DIRECTORY, "/dev/null/data");
        assertEquals(1, check(), printed);
        says("MEND  data.directory: /dev/null/data cannot be made in /dev/null");
    }

    @Test
    void an_exchanger_that_is_this_host_is_good() {
        try (ScriptedDns dns = ScriptedDns.start()
                .mx(DOMAIN, 10, "mail.acme.org")
                .txt(DOMAIN, "v=spf1 mx -all")
                .txt("_dmarc.acme.org", "v=DMARC1; p=none")) {
            assertEquals(0, checkDomain(dns), printed);
            says("ok    dns MX: acme.org → 10 mail.acme.org., which is smtp.hostname");
            says("ok    dns SPF");
            says("ok    dns DMARC");
        }
    }

    @Test
    void an_exchanger_elsewhere_is_noted() {
        try (ScriptedDns dns = ScriptedDns.start().mx(DOMAIN, 10, "mx.hoster.org")) {
            assertEquals(0, checkDomain(dns), printed);
            says("note  dns MX: acme.org → 10 mx.hoster.org.; smtp.hostname is mail.acme.org");
            says("note  dns SPF: acme.org has none; publish: acme.org. TXT \"v=spf1 mx -all\"");
        }
    }

    @Test
    void a_domain_without_exchangers_gets_mail_at_its_own_address() {
        try (ScriptedDns dns = ScriptedDns.start().a(DOMAIN, "192.0.2.7")) {
            assertEquals(0, checkDomain(dns), printed);
            says("note  dns MX: acme.org has no MX record, so mail goes to its address 192.0.2.7");
        }
    }

    @Test
    void a_domain_that_gets_no_mail_at_all_is_to_be_mended() {
        try (ScriptedDns dns = ScriptedDns.start()) {
            assertEquals(1, checkDomain(dns), printed);
            says("MEND  dns MX: acme.org has neither an MX record nor an address");
            dns.nullMx(DOMAIN);
            assertEquals(1, checkDomain(dns), printed);
            says("MEND  dns MX: acme.org says that it takes no mail");
        }
    }

    @Test
    void keys_of_a_running_server_are_compared_with_the_dns() {
        try (ScriptedDns dns = ScriptedDns.start().mx(DOMAIN, 10, "mail.acme.org")) {
            assertEquals(0, checkDomain(dns), printed);
            says("note  dns DKIM: start the server and check again");
            values.put(Keys.ADMIN_TOKEN, "the-owner-of-acme-0123456789");
            try (Server running = Server.start(
                    configuration(), PIPELINE, Clock.systemUTC(), new PrintStream(OutputStream.nullOutputStream()))) {
                assertEquals(0, checkDomain(dns), printed);
                assertEquals(2, noted.matcher(printed).results().count(), printed);
                noted.matcher(printed)
                        .results()
                        .forEach(record -> dns.txt(
                                record.group(1),
                                record.group(2).replace("\" \"", "").replace("\"", "")));
                assertEquals(0, checkDomain(dns), printed);
                says("-ed25519._domainkey.acme.org has the key");
                assertEquals(0, noted.matcher(printed).results().count(), printed);
            }
        }
    }

    private final Pattern noted =
            Pattern.compile("note  dns DKIM: (\\S+) has no record; publish: \\S+ IN TXT (?:\\( )?(\".*\")");

    private int checkDomain(ScriptedDns dns) {
        values.put(Keys.WORKSPACE_DOMAIN, DOMAIN);
        values.put(Keys.SMTP_HOSTNAME, "mail.acme.org");
        values.put(Keys.DNS_SERVERS, dns.hostPort());
        return check();
    }

    @Test
    void a_greeting_that_others_refuse_is_noted_where_mail_leaves() {
        try (ScriptedSmtpPeer relay = ScriptedSmtpPeer.start()) {
            assertEquals(0, check(), printed);
            assertFalse(printed.contains("EHLO"), printed);
            values.put(Keys.DELIVERY_MODE, "relay");
            values.put(Keys.DELIVERY_RELAY, "127.0.0.1:" + relay.port());
            assertEquals(0, check(), printed);
            says("note  smtp.hostname: others are greeted with EHLO localhost");
            says("ok    delivery.relay: 127.0.0.1:" + relay.port() + " answers");
            values.put(Keys.DELIVERY_MODE, "mx");
            assertEquals(0, check(), printed);
            says("note  smtp.hostname: others are greeted with EHLO localhost");
            values.put(Keys.SMTP_HOSTNAME, "mail.acme.org");
            assertEquals(0, check(), printed);
            assertFalse(printed.contains("EHLO"), printed);
        }
    }

    @Test
    void a_relay_that_is_away_and_a_port_that_is_taken_are_to_be_mended() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            values.put(Keys.HTTP_PORT, Integer.toString(taken.getLocalPort()));
            values.put(Keys.DELIVERY_MODE, "relay");
            values.put(Keys.DELIVERY_RELAY, "127.0.0.1:" + free());
            assertEquals(1, check(), printed);
            says("MEND  http.port: 127.0.0.1:" + taken.getLocalPort());
            says("MEND  delivery.relay: 127.0.0.1:");
        }
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void clamd_is_asked_for_its_version() {
        try (ScriptedClamd clamd = ScriptedClamd.start()) {
            values.put(Keys.ANTIVIRUS_CLAMD, clamd.hostPort());
            check();
            assertTrue(
                    printed.contains("ok    antivirus.clamd: " + clamd.hostPort() + " answers, ClamAV 1.4.3"), printed);
            clamd.hangsUp();
            assertEquals(1, check());
            assertTrue(printed.contains("MEND  antivirus.clamd"), printed);
        }
    }
}
