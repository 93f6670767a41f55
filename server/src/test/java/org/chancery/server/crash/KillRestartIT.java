package org.chancery.server.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.chancery.server.crash.Ledger.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} at random while mail streams in and the pipeline works, and once more while it works off the rest. */
class KillRestartIT {
    private static final int OCTETS = 10 * 1024;
    private static final int RECIPIENTS = 5;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final long seed = Long.getLong("crash.seed", System.nanoTime());
    private final int mails = Integer.getInteger("crash.mails", 1_500);
    private final int sessions = Integer.getInteger("crash.sessions", 8);
    private final int kills = Integer.getInteger("crash.kills", 3);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final List<String> story = new ArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void what_got_its_250_is_stored_once_and_whole() throws IOException, InterruptedException {
        System.out.printf("crash.seed=%d%n", seed);
        SeededMails content = new SeededMails(seed, OCTETS);
        Ledger ledger = new Ledger(mails);
        try (PackagedServer server = new PackagedServer(folder, Map.of())) {
            server.start();
            makeEndpoints(server);
            MailStream stream = new MailStream(server, content, ledger, mails, Duration.ZERO, RECIPIENTS);
            stream.start(sessions);
            killWhileMailComesIn(server, ledger);
            stream.join();
            killWhileThePipelineWorks(server);
            Audit audit = audit(server, content, ledger);
            server.stop();
            assertEquals(List.of(), ledger.refusals(), "nothing is refused only because the server was killed before");
            summarise(ledger, audit);
        }
    }

    private static void makeEndpoints(PackagedServer server) throws IOException, InterruptedException {
        try (StoredMails api = new StoredMails(server.ports().http())) {
            for (int i = 0; i < RECIPIENTS; i++) {
                api.makeEndpoint("r" + i);
            }
        }
    }

    private void killWhileMailComesIn(PackagedServer server, Ledger ledger) throws IOException, InterruptedException {
        for (int kill = 1; kill < kills; kill++) {
            // Somewhere in its share of the mails, but not right after the kill before.
            int after = (int) (mails * (kill - 1 + random.nextDouble(0.3, 0.9)) / kills);
            ledger.awaitAccepted(after, LIMIT);
            server.kill();
            int accepted = ledger.count(Outcome.ACCEPTED);
            story.add("at %d accepted, back in %d ms"
                    .formatted(accepted, server.start().toMillis()));
        }
    }

    private void killWhileThePipelineWorks(PackagedServer server) throws IOException, InterruptedException {
        try (StoredMails api = new StoredMails(server.ports().http())) {
            long left = (long) (api.backlog() * random.nextDouble(0.2, 0.9));
            api.awaitBacklog(left, LIMIT);
            server.kill();
            story.add("at %d waiting, back in %d ms"
                    .formatted(left, server.start().toMillis()));
        }
    }

    private Audit audit(PackagedServer server, SeededMails content, Ledger ledger)
            throws IOException, InterruptedException {
        try (StoredMails api = new StoredMails(server.ports().http())) {
            api.awaitBacklog(0, LIMIT);
            return Audit.of(content, ledger, mails, api);
        }
    }

    private void summarise(Ledger ledger, Audit audit) {
        System.out.printf(
                "KillRestartIT seed %d: %d mails of %d octets over %d sessions, killed %d times (%s): %d got 250, all of"
                        + " them stored once and whole; %d replies lost, %d of those mails stored whole; %d stored in all%n",
                seed,
                mails,
                OCTETS,
                sessions,
                kills,
                String.join("; ", story),
                ledger.count(Outcome.ACCEPTED),
                ledger.count(Outcome.REPLY_LOST),
                audit.lostButStored(),
                audit.stored());
    }
}
