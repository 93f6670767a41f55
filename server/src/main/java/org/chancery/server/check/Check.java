package org.chancery.server.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.chancery.core.fault.Unavailable;
import org.chancery.delivery.antivirus.Clamd;
import org.chancery.delivery.antivirus.ClamdConfig;
import org.chancery.delivery.smtp.DomainRecords;
import org.chancery.delivery.smtp.DomainRecords.Lookup;
import org.chancery.delivery.smtp.HostPort;
import org.chancery.mailets.host.ContainerError;
import org.chancery.server.Rehearsal;
import org.chancery.server.admin.AdminSocket;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.Key;
import org.chancery.server.config.Keys;
import org.chancery.server.data.DataDirectory;
import org.chancery.smtpingest.tls.TlsMaterial;
import org.chancery.storage.DatabaseConfig;
import org.chancery.storage.DatabaseProbe;
import org.chancery.storage.UnusableDatabase;
import org.chancery.storage.spool.SegmentedSpool;

/** {@code bin/chancery check}: one line for each thing that was tried, and what to mend. */
public final class Check {

    /** RFC 6761: never in the public DNS. */
    private static final List<String> LOCAL_ONLY = List.of("localhost", ".localhost", ".test", ".example", ".invalid");

    private static final String NULL_MX = "0 .";

    private final Configuration configuration;
    private final Path pipeline;
    private final Clock clock;
    private final PrintStream out;
    private boolean broken;

    /** @param pipeline the mailet container's file */
    public Check(Configuration configuration, Path pipeline, Clock clock, PrintStream out) {
        this.configuration = configuration;
        this.pipeline = pipeline;
        this.clock = clock;
        this.out = out;
    }

    /** Tries everything; 1 if something would keep mail from working, else 0. */
    public int run() {
        settings();
        configuration.warnings().forEach(warning -> note("configuration", warning));
        boolean running = dataDirectory();
        spool();
        database(running);
        tls();
        ports(running);
        delivery();
        antivirus();
        dns(running);
        out.println(broken ? "Something would keep mail from working; see above." : "Nothing keeps mail from working.");
        return broken ? 1 : 0;
    }

    private void settings() {
        try {
            Rehearsal.settings(configuration);
            good("configuration", "can be read");
        } catch (IllegalArgumentException mistake) {
            bad("configuration", String.valueOf(mistake.getMessage()), "change that key");
        }
        try {
            Rehearsal.pipeline(pipeline, configuration, clock);
            good("pipeline", pipeline + " can be used");
        } catch (ContainerError mistake) {
            bad("pipeline", mistake.text(), "change that file, or take the shipped one");
        }
    }

    private boolean dataDirectory() {
        Path directory = configuration.get(Keys.DATA_DIRECTORY).toAbsolutePath().normalize();
        if (DataDirectory.isInUse(directory)) {
            good("data.directory", directory + " is in use by a running server");
            return true;
        }
        Path there = nearestThatExists(directory);
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            bad(
                    "data.directory",
                    there.equals(directory)
                            ? directory + " is no directory that can be written"
                            : directory + " cannot be made in " + there,
                    "give the server's user the right to, or name another directory");
            return false;
        }
        try {
            long free = Files.getFileStore(there).getUsableSpace();
            long least = configuration.get(Keys.SPOOL_MINIMUM_FREE);
            if (free < least) {
                bad(
                        "data.directory",
                        directory + " has " + (free >> 20) + " MiB free, below spool.minimum-free",
                        "make room, or mail is answered 452");
            } else {
                good(
                        "data.directory",
                        directory + (there.equals(directory) ? " can be written, " : " can be made, ") + (free >> 20)
                                + " MiB free");
            }
        } catch (IOException unusable) {
            bad("data.directory", directory + " cannot be looked at: " + unusable, "name another directory");
        }
        return false;
    }

    private void spool() {
        Path directory = configuration.get(Keys.DATA_DIRECTORY).resolve("spool");
        try {
            for (Path damaged : SegmentedSpool.setAsideIn(directory)) {
                note("spool", damaged + " holds accepted mail that cannot be read; see what can be saved of it");
            }
        } catch (Unavailable unreadable) {
            bad("spool", String.valueOf(unreadable.getMessage()), "give the server's user the right to");
        }
    }

    private static Path nearestThatExists(Path directory) {
        Path there = directory;
        for (Path parent = directory.getParent(); !Files.exists(there) && parent != null; ) {
            there = parent;
            parent = there.getParent();
        }
        return there;
    }

    private void database(boolean running) {
        boolean embedded = configuration.get(Keys.DATABASE_URL).isEmpty();
        if (embedded && running) {
            good("database.url", "the embedded database is in use by the running server");
            return;
        }
        Path root = configuration.get(Keys.DATA_DIRECTORY);
        DatabaseConfig config = embedded
                ? DatabaseConfig.embedded(root)
                : new DatabaseConfig(
                        configuration.get(Keys.DATABASE_URL),
                        configuration.get(Keys.DATABASE_USER),
                        new DatabaseConfig.Password(configuration.get(Keys.DATABASE_PASSWORD)),
                        2);
        try {
            good("database.url", config + " " + DatabaseProbe.look(config));
        } catch (UnusableDatabase unusable) {
            bad("database.url", String.valueOf(unusable.getMessage()), "start it, or mend url, user, password");
        }
    }

    private void tls() {
        var certificate = configuration.get(Keys.TLS_CERTIFICATE);
        var key = configuration.get(Keys.TLS_KEY);
        if (certificate.isEmpty()) {
            note("tls", "no certificate is set: a self-signed one is used, which strict clients refuse");
        } else {
            try {
                TlsMaterial.load(certificate.get(), key.orElseThrow(), clock).context();
                good("tls", certificate.get() + " and its key can be used");
            } catch (RuntimeException unusable) {
                bad("tls", String.valueOf(unusable.getMessage()), "give a PEM certificate and its unencrypted PEM key");
            }
        }
    }

    private void ports(boolean running) {
        if (running) {
            good("ports", "are served by the running server; see ports.json in the data directory");
            return;
        }
        InetAddress smtp = configuration.get(Keys.SMTP_BIND);
        port(Keys.SMTP_PORT, smtp);
        if (configuration.get(Keys.SUBMISSION_ENABLED)) {
            port(Keys.SUBMISSION_PORT, smtp);
            port(Keys.SUBMISSIONS_PORT, smtp);
        }
        port(Keys.HTTP_PORT, configuration.get(Keys.HTTP_BIND));
    }

    private void port(Key<Integer> key, InetAddress bind) {
        int port = configuration.get(key);
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(bind, port));
            good(key.name(), bind.getHostAddress() + ":" + (port == 0 ? "any" : port) + " is free");
        } catch (IOException taken) {
            bad(key.name(), bind.getHostAddress() + ":" + port + ": " + taken.getMessage(), "choose another port");
        }
    }

    private void delivery() {
        switch (configuration.get(Keys.DELIVERY_MODE)) {
            case "sandbox" -> note("delivery.mode", "is sandbox: mail is kept and shown, and never leaves");
            case "relay" -> {
                relay();
                greeting();
            }
            default -> {
                good("delivery.mode", "is mx: mail goes straight to its recipients' servers");
                greeting();
            }
        }
    }

    /** RFC 5321 §4.1.4: other servers look at the name that we greet with. */
    private void greeting() {
        String hostname = Rehearsal.hostname(configuration);
        if (isLocalOnly(hostname)) {
            note(
                    "smtp.hostname",
                    "others are greeted with EHLO " + hostname
                            + ", which many refuse; set it to this host's full name");
        }
    }

    private void relay() {
        HostPort relay = configuration.get(Keys.DELIVERY_RELAY).orElseThrow();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(relay.host(), relay.port()), 10_000);
            good("delivery.relay", relay + " answers");
        } catch (IOException away) {
            bad("delivery.relay", relay + ": " + away.getMessage(), "start it, or name another");
        }
    }

    private void antivirus() {
        configuration.get(Keys.ANTIVIRUS_CLAMD).ifPresent(server -> {
            try (Clamd clamd = new Clamd(ClamdConfig.of(server))) {
                good("antivirus.clamd", server + " answers, " + clamd.version());
            } catch (Unavailable away) {
                bad(
                        "antivirus.clamd",
                        String.valueOf(away.getMessage()),
                        "start clamd with TCPSocket, or name another");
            }
        });
    }

    private void dns(boolean running) {
        String domain = configuration.get(Keys.WORKSPACE_DOMAIN);
        if (isLocalOnly(domain)) {
            note("dns", domain + " is a local name: mail from outside cannot find it");
            return;
        }
        DomainRecords records = DomainRecords.askedOf(configuration.get(Keys.DNS_SERVERS));
        exchangers(records, domain);
        text(records, domain, "v=spf1", "dns SPF", domain + ". TXT \"v=spf1 mx -all\"");
        text(records, "_dmarc." + domain, "v=DMARC1", "dns DMARC", "_dmarc." + domain + ". TXT \"v=DMARC1; p=none\"");
        dkim(running, domain);
    }

    /** The keys are in the database, which a running server has: it is asked. */
    private void dkim(boolean running, String domain) {
        if (!running) {
            note("dns DKIM", "start the server and check again: its keys are compared with the records of " + domain);
            return;
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            AdminSocket.send(
                    DataDirectory.keysIn(configuration.get(Keys.DATA_DIRECTORY)),
                    List.of("dkim", "check", domain),
                    new PrintStream(said, false, StandardCharsets.UTF_8));
        } catch (IOException silent) {
            note("dns DKIM", "the running server does not answer: " + silent.getMessage());
            return;
        }
        said.toString(StandardCharsets.UTF_8).lines().forEach(line -> {
            if (line.startsWith("ok    ")) {
                good("dns DKIM", line.substring(6));
            } else {
                note("dns DKIM", line.replaceFirst("^note  ", ""));
            }
        });
    }

    private static boolean isLocalOnly(String domain) {
        return LOCAL_ONLY.stream()
                .anyMatch(local -> domain.equals(local) || (local.startsWith(".") && domain.endsWith(local)));
    }

    private void exchangers(DomainRecords records, String domain) {
        String advice = "publish: " + domain + ". MX 10 " + hostname(domain) + ".";
        switch (records.mailExchangers(domain)) {
            case Lookup.Found found -> {
                String list = domain + " → " + String.join(", ", found.texts());
                if (found.texts().equals(List.of(NULL_MX))) {
                    bad("dns MX", domain + " says that it takes no mail (RFC 7505)", advice);
                } else if (found.texts().stream().anyMatch(text -> text.endsWith(" " + hostname(domain) + "."))) {
                    good("dns MX", list + ", which is smtp.hostname");
                } else {
                    note("dns MX", list + "; smtp.hostname is " + hostname(domain) + ": see that mail ends up here");
                }
            }
            case Lookup.None ignored -> implicitExchanger(records, domain, advice);
            case Lookup.Unanswered ignored ->
                bad("dns MX", "no name server answered about " + domain, "mend dns.servers or the network");
        }
    }

    /** RFC 5321 §5.1: without an MX record, the domain's own address is where mail goes. */
    private void implicitExchanger(DomainRecords records, String domain, String advice) {
        switch (records.addresses(domain)) {
            case Lookup.Found found ->
                note(
                        "dns MX",
                        domain + " has no MX record, so mail goes to its address " + String.join(", ", found.texts())
                                + "; " + advice);
            case Lookup.None ignored -> bad("dns MX", domain + " has neither an MX record nor an address", advice);
            case Lookup.Unanswered ignored ->
                bad("dns MX", "no name server answered about " + domain, "mend dns.servers or the network");
        }
    }

    private void text(DomainRecords records, String name, String start, String what, String advice) {
        switch (records.texts(name)) {
            case Lookup.Found found -> {
                if (found.texts().stream().anyMatch(text -> text.startsWith(start))) {
                    good(what, name + " has a record");
                } else {
                    note(what, name + " has none; publish: " + advice);
                }
            }
            case Lookup.None ignored -> note(what, name + " has none; publish: " + advice);
            case Lookup.Unanswered ignored -> note(what, "no name server answered about " + name);
        }
    }

    private String hostname(String domain) {
        String set = configuration.get(Keys.SMTP_HOSTNAME);
        return set.isEmpty() ? "mail." + domain : set;
    }

    private void good(String what, String text) {
        out.println("ok    " + what + ": " + text);
    }

    private void note(String what, String text) {
        out.println("note  " + what + ": " + text);
    }

    private void bad(String what, String text, String advice) {
        broken = true;
        out.println("MEND  " + what + ": " + text + ". To mend: " + advice + ".");
    }
}
