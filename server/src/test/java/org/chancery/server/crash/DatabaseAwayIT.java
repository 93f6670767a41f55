package org.chancery.server.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.chancery.server.crash.Ledger.Outcome;
import org.chancery.testkit.database.PostgresServer;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL stops under load and comes back: mail to known addresses is taken all the while, and stored afterwards. */
class DatabaseAwayIT {
    private static final int OCTETS = 4 * 1024;
    private static final int RECIPIENTS = 5;
    private static final int SESSIONS = 4;
    private static final int PER_SECOND = 100;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final long seed = Long.getLong("crash.seed", System.nanoTime());
    private final int secondsAway = Integer.getInteger("crash.away", 5);

    @TempDir
    private Path folder;

    @Test
    void mail_is_taken_while_the_database_is_away_and_stored_when_it_is_back()
            throws IOException, InterruptedException {
        System.out.printf("crash.seed=%d%n", seed);
        SeededMails content = new SeededMails(seed, OCTETS);
        int mails = (secondsAway + 2) * PER_SECOND;
        Ledger ledger = new Ledger(mails);
        PostgresServer postgres = PostgresServer.shared();
        try (PackagedServer server = new PackagedServer(folder, PackagedServer.on(postgres.newDatabase()))) {
            server.start();
            try (StoredMails api = new StoredMails(server.ports().http())) {
                for (int i = 0; i < RECIPIENTS; i++) {
                    api.makeEndpoint("r" + i);
                }
                Duration pace = Duration.ofSeconds(1).dividedBy(PER_SECOND);
                MailStream stream = new MailStream(server, content, ledger, mails, pace, RECIPIENTS);
                stream.start(SESSIONS);
                ledger.awaitAccepted(PER_SECOND, LIMIT);
                postgres.stop();
                int before = ledger.count(Outcome.ACCEPTED);
                ledger.awaitAccepted(before + (secondsAway - 1) * PER_SECOND, LIMIT);
                assertTrue(askFor("nobody", server).startsWith("451"), "who is not known may be one who is");
                long waiting = api.backlog();
                int meanwhile = ledger.count(Outcome.ACCEPTED) - before;
                postgres.start();
                stream.join();
                assertEquals(List.of(), ledger.refusals());
                assertEquals(mails, ledger.count(Outcome.ACCEPTED));
                assertTrue(waiting >= meanwhile, "what came while the database was away waits in the spool");
                api.awaitBacklog(0, LIMIT);
                Audit audit = Audit.of(content, ledger, mails, api);
                System.out.printf(
                        "DatabaseAwayIT seed %d: PostgreSQL away for %d mails of %d octets, all of them accepted;"
                                + " %d accepted and stored once and whole in all%n",
                        seed, meanwhile, OCTETS, audit.stored());
            }
            server.stop();
        } finally {
            // Other tests of this JVM share it.
            postgres.start();
        }
    }

    /** The reply to RCPT TO. */
    private static String askFor(String localPart, PackagedServer server) throws IOException, InterruptedException {
        try (SmtpClient client = SmtpClient.connect(server.ports().smtp())) {
            client.greet();
            client.command("MAIL FROM:<a@load.test>");
            return client.command("RCPT TO:<" + localPart + "@" + PackagedServer.DOMAIN + ">");
        }
    }
}
