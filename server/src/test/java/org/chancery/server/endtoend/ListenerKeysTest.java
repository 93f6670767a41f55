package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.chancery.server.config.Key;
import org.chancery.server.config.Keys;
import org.chancery.smtpingest.tls.TlsMaterial;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a client of the listeners sees of each key, on a server with the defaults and on one where every key is set. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListenerKeysTest {
    /** Every whole number is another, so that no two keys can be taken for each other. */
    private static final int RECIPIENTS = 2;

    private static final int RECEIVED = 4;
    private static final int PER_CLIENT = 3;
    private static final int CONNECTIONS = 5;
    private static final int COMMANDS = 14;
    private static final int OCTETS = 64 << 10;

    private final List<Integer> chosen = new ArrayList<>();
    private RunningServer plain;
    private RunningServer set;
    private Path certificate;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        Path pem = Files.createDirectory(directory.resolve("pem"));
        TlsMaterial.selfSigned(pem, "given.example", Clock.systemUTC());
        certificate = pem.resolve("certificate.pem");
        chosen.addAll(freePorts(4));
        plain = RunningServer.on(directory.resolve("plain"));
        plain.makeEndpoint("sales", "");
        Map<Key<?>, String> values = Map.ofEntries(
                Map.entry(Keys.SMTP_BIND, "127.0.0.2"),
                Map.entry(Keys.SMTP_PORT, chosen.get(0).toString()),
                Map.entry(Keys.SUBMISSION_PORT, chosen.get(1).toString()),
                Map.entry(Keys.SUBMISSIONS_PORT, chosen.get(2).toString()),
                Map.entry(Keys.HTTP_PORT, chosen.get(3).toString()),
                Map.entry(Keys.SMTP_HOSTNAME, "Mx.B\u00fccher.example"),
                Map.entry(Keys.SMTP_MAX_MESSAGE, "64KiB"),
                Map.entry(Keys.SMTP_MAX_RECIPIENTS, Integer.toString(RECIPIENTS)),
                Map.entry(Keys.SMTP_MAX_RECEIVED, Integer.toString(RECEIVED)),
                Map.entry(Keys.SMTP_MAX_CONNECTIONS, Integer.toString(CONNECTIONS)),
                Map.entry(Keys.SMTP_MAX_CONNECTIONS_PER_CLIENT, Integer.toString(PER_CLIENT)),
                Map.entry(Keys.SMTP_MAX_COMMANDS, Integer.toString(COMMANDS)),
                Map.entry(Keys.TLS_CERTIFICATE, certificate.toString()),
                Map.entry(Keys.TLS_KEY, pem.resolve("key.pem").toString()));
        set = RunningServer.on(directory.resolve("set"), values);
        set.makeEndpoint("sales", "");
    }

    @AfterAll
    void stop() {
        plain.close();
        set.close();
    }

    @Test
    void ports_are_the_ones_that_were_set() throws IOException {
        assertEquals(chosen.get(0), set.port("smtp"));
        assertEquals(chosen.get(1), set.port("submission"));
        assertEquals(chosen.get(2), set.port("submissions"));
        assertEquals(chosen.get(3), set.port("http"));
        try (Line submission = new Line(set, "submission")) {
            assertTrue(submission.say("EHLO client.test").contains("AUTH PLAIN"), "submission takes logins");
        }
        set.admin.get("/health/live").expect(200);
    }

    @Test
    void mail_is_listened_for_on_its_address_only() throws IOException {
        connect("127.0.0.2", set.port("smtp")).close();
        connect("127.0.0.1", plain.port("smtp")).close();
        assertThrows(ConnectException.class, () -> connect("127.0.0.1", set.port("smtp")));
        assertThrows(ConnectException.class, () -> connect("127.0.0.2", plain.port("smtp")));
    }

    @Test
    void http_is_listened_for_on_its_address_only(@TempDir Path directory) throws IOException {
        try (RunningServer elsewhere = RunningServer.on(directory, Map.of(Keys.HTTP_BIND, "127.0.0.3"))) {
            connect("127.0.0.3", elsewhere.port("http")).close();
            assertThrows(ConnectException.class, () -> connect("127.0.0.1", elsewhere.port("http")));
        }
        assertThrows(ConnectException.class, () -> connect("127.0.0.3", plain.port("http")));
    }

    private static Socket connect(String address, int port) throws IOException {
        return new Socket(InetAddress.getByName(address), port);
    }

    @Test
    void submission_can_be_switched_off(@TempDir Path directory) {
        assertEquals(Set.of("smtp", "submission", "submissions", "http"), plain.listeners());
        try (RunningServer without = RunningServer.on(directory, Map.of(Keys.SUBMISSION_ENABLED, "false"))) {
            assertEquals(Set.of("smtp", "http"), without.listeners());
        }
    }

    @Test
    void the_host_greets_with_its_name_in_a_labels() throws IOException {
        try (Line usual = new Line(plain, "smtp");
                Line named = new Line(set, "smtp")) {
            assertTrue(usual.greeting().startsWith("220 acme.example "), usual.greeting());
            assertTrue(named.greeting().startsWith("220 mx.xn--bcher-kva.example "), named.greeting());
            assertTrue(usual.say("EHLO c.test").startsWith("250-acme.example"));
            assertTrue(named.say("EHLO c.test").startsWith("250-mx.xn--bcher-kva.example"));
        }
    }

    @Test
    void bigger_mails_than_the_limit_are_refused() throws IOException {
        String mail = "Subject: big\r\n\r\n" + ("x".repeat(998) + "\r\n").repeat(OCTETS / 1000 + 1);
        try (Line usual = new Line(plain, "smtp");
                Line limited = new Line(set, "smtp")) {
            assertTrue(usual.say("EHLO c.test").contains("SIZE 26214400"));
            assertTrue(limited.say("EHLO c.test").contains("SIZE " + OCTETS));
            assertTrue(usual.mail(mail).startsWith("250"));
            assertTrue(limited.mail(mail).startsWith("552 5.3.4"));
        }
        String call =
                "{\"inbox_id\": \"sales@acme.example\", \"to\": [{\"email\": \"a@far.example\"}], \"subject\": \"s\","
                        + " \"text_body\": \"" + "x".repeat(OCTETS) + "\"}";
        set.admin.post("/v1/messages/", call).expect(413);
    }

    @Test
    void more_recipients_than_the_limit_are_put_off() throws IOException {
        assertEquals(RECIPIENTS, recipientsTaken(set, RECIPIENTS + 3));
        assertEquals(RECIPIENTS + 3, recipientsTaken(plain, RECIPIENTS + 3));
    }

    private static int recipientsTaken(RunningServer server, int offered) throws IOException {
        try (Line line = new Line(server, "smtp")) {
            line.say("EHLO c.test");
            line.say("MAIL FROM:<a@far.example>");
            int taken = 0;
            for (int i = 0; i < offered; i++) {
                String reply = line.say("RCPT TO:<sales+" + i + "@acme.example>");
                assertTrue(reply.startsWith("250") || reply.startsWith("452 4.5.3"), reply);
                taken += reply.startsWith("250") ? 1 : 0;
            }
            return taken;
        }
    }

    @Test
    void a_mail_with_more_trace_fields_than_the_limit_runs_in_a_loop() throws IOException {
        String hop = "Received: from a by b; Sun, 1 Mar 2026 10:00:00 +0000\r\n";
        try (Line limited = new Line(set, "smtp");
                Line usual = new Line(plain, "smtp")) {
            limited.say("EHLO c.test");
            usual.say("EHLO c.test");
            assertTrue(limited.mail(hop.repeat(RECEIVED) + "\r\nx\r\n").startsWith("250"));
            assertTrue(limited.mail(hop.repeat(RECEIVED + 1) + "\r\nx\r\n").startsWith("554 5.4.6"));
            assertTrue(usual.mail(hop.repeat(RECEIVED + 1) + "\r\nx\r\n").startsWith("250"));
        }
    }

    @Test
    void a_session_of_commands_without_a_mail_ends_at_the_limit() throws IOException {
        assertEquals(COMMANDS, commandsTaken(set, COMMANDS + 5));
        assertEquals(COMMANDS + 5, commandsTaken(plain, COMMANDS + 5));
    }

    private static int commandsTaken(RunningServer server, int offered) throws IOException {
        try (Line line = new Line(server, "smtp")) {
            for (int taken = 0; taken < offered; taken++) {
                String reply = line.say("NOOP");
                if (!reply.startsWith("250")) {
                    assertTrue(reply.startsWith("421 4.7.0 too many commands"), reply);
                    return taken;
                }
            }
            return offered;
        }
    }

    @Test
    void connections_are_limited_for_each_client_and_in_all() throws IOException {
        // The submission ports have places of their own, which few other tests here use.
        List<Line> open = new ArrayList<>();
        try {
            for (int i = 0; i < PER_CLIENT; i++) {
                open.add(admitted("127.0.0.1"));
            }
            assertTrue(greeted("127.0.0.1").startsWith("421 4.7.0 too many connections from you"));
            for (int i = PER_CLIENT; i < CONNECTIONS; i++) {
                open.add(admitted("127.0.0.4"));
            }
            assertTrue(greeted("127.0.0.5").startsWith("421 4.7.0 too many connections;"));
        } finally {
            for (Line line : open) {
                line.close();
            }
        }
    }

    /** A session; waits where those of the tests before are still being counted out. */
    private Line admitted(String from) throws IOException {
        long end = System.nanoTime() + RunningServer.PATIENCE.toNanos();
        while (true) {
            Line line = new Line("127.0.0.2", set.port("submission"), from);
            if (line.greeting().startsWith("220")) {
                return line;
            }
            line.close();
            assertTrue(System.nanoTime() < end, line.greeting());
        }
    }

    private String greeted(String from) throws IOException {
        try (Line line = new Line("127.0.0.2", set.port("submission"), from)) {
            return line.greeting();
        }
    }

    @Test
    void silence_ends_a_session_after_the_time_that_was_set(@TempDir Path directory) throws IOException {
        try (RunningServer hasty = RunningServer.on(directory, Map.of(Keys.SMTP_IDLE_TIMEOUT, "300ms"));
                SmtpClient patient = SmtpClient.connect(plain.port("smtp"));
                SmtpClient silent = SmtpClient.connect(hasty.port("smtp"))) {
            patient.reply();
            silent.reply();
            assertTrue(silent.untilClosed().startsWith("421 4.4.2"), "it is sent away");
            assertTrue(patient.command("NOOP").startsWith("250"), "five minutes are not over yet");
        }
    }

    @Test
    void tls_shows_the_certificate_that_was_given() throws IOException, GeneralSecurityException {
        X509Certificate given;
        try (var pem = Files.newInputStream(certificate)) {
            given = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
        assertArrayEquals(given.getEncoded(), shownOver(trusting(given)).getEncoded());
        try (SmtpClient client = SmtpClient.connect(plain.port("submissions"))) {
            client.startTls(); // implicit: from the first byte
            assertTrue(client.reply().startsWith("220"));
        }
    }

    private Certificate shownOver(SSLContext context) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket("127.0.0.2", set.port("submissions"))) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    /** For a client that trusts this certificate alone, not the one that a server makes for itself. */
    private static SSLContext trusting(X509Certificate certificate) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("given", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            held.add(new ServerSocket(0));
        }
        List<Integer> ports = held.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket socket : held) {
            socket.close();
        }
        return ports;
    }

    /** A session in the clear, from and to any address of this machine. */
    private static final class Line implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        private final String greeting;

        Line(RunningServer server, String listener) throws IOException {
            this(server.bind(), server.port(listener), "127.0.0.1");
        }

        Line(String address, int port, String from) throws IOException {
            socket = new Socket(InetAddress.getByName(address), port, InetAddress.getByName(from), 0);
            socket.setSoTimeout((int) RunningServer.PATIENCE.toMillis());
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            greeting = reply();
        }

        String greeting() {
            return greeting;
        }

        String say(String line) throws IOException {
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return reply();
        }

        /** The answer to a mail for the sales endpoint. */
        String mail(String content) throws IOException {
            say("MAIL FROM:<a@far.example>");
            say("RCPT TO:<sales@acme.example>");
            say("DATA");
            return say(content + ".");
        }

        private String reply() throws IOException {
            StringBuilder reply = new StringBuilder();
            String line;
            do {
                line = in.readLine();
                if (line == null) {
                    throw new IOException("hung up after: " + reply);
                }
                reply.append(line).append('\n');
            } while (line.length() > 3 && line.charAt(3) == '-');
            return reply.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
