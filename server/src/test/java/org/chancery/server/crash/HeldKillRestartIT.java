package org.chancery.server.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.chancery.server.crash.ApprovingClients.Told;
import org.chancery.testkit.database.PostgresServer;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random while a restricted token sends by HTTP and by SMTP, and while two people approve half of it at the
 * same time. Nothing leaves that was not approved; what was approved arrives, and each decision names one winner. Only a kill
 * between the peer's 250 and its record may repeat a mail, byte for byte. At full size: {@code -Dcrash.held=2000 -Dcrash.kills=6}.
 */
class HeldKillRestartIT {
    /** All mail goes to one domain, so that so many connections are open at most. */
    private static final int CONNECTIONS = 3;

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final long seed = Long.getLong("crash.seed", System.nanoTime());
    private final int mails = Integer.getInteger("crash.held", 40);
    private final int kills = Integer.getInteger("crash.kills", 3);
    private final SplittableRandom random = new SplittableRandom(seed);

    @TempDir
    private Path folder;

    @Test
    void nothing_leaves_unapproved_and_what_is_approved_arrives() throws IOException, InterruptedException {
        onlyWhatIsApprovedArrives(Map.of());
    }

    @Test
    void on_postgresql_too() throws IOException, InterruptedException {
        onlyWhatIsApprovedArrives(PackagedServer.on(PostgresServer.shared().newDatabase()));
    }

    private void onlyWhatIsApprovedArrives(Map<String, String> database) throws IOException, InterruptedException {
        System.out.printf("crash.seed=%d%n", seed);
        try (ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
                PackagedServer server =
                        new PackagedServer(folder, PackagedServer.relayingTo(peer, CONNECTIONS, database))) {
            server.start();
            Kills killing = new Kills(server, random, kills);
            try (ApprovingClients clients = ApprovingClients.of(server)) {
                Set<String> answered = new HashSet<>();
                killing.during(mails, done -> answered.addAll(clients.holdByHttpAndSmtp(mails / 2, done)));
                assertEquals(List.of(), peer.mails(), "nothing was approved yet");
                Map<String, String> held = clients.pending();
                assertEquals(mails, answered.size());
                answered.removeAll(held.keySet());
                assertEquals(Set.of(), answered, "answered as held, and lost");
                List<String> approvals = new ArrayList<>(held.keySet());
                List<String> approved = approvals.subList(0, approvals.size() / 2);
                Map<String, List<Told>> told = new HashMap<>();
                killing.during(approved.size(), done -> told.putAll(clients.approveByBoth(approved, done)));
                clients.awaitDelivered(approved.size(), LIMIT);
                audit(peer.mails(), held, told, clients);
            }
        }
    }

    private void audit(
            List<ReceivedMail> received,
            Map<String, String> held,
            Map<String, List<Told>> approved,
            ApprovingClients clients)
            throws IOException, InterruptedException {
        Map<String, Integer> arrivals = new HashMap<>();
        Map<String, String> digests = new HashMap<>();
        for (ReceivedMail mail : received) {
            String subject = ApprovingClients.subjectOf(mail.content().text());
            arrivals.merge(subject, 1, Integer::sum);
            String digest = SeededMails.sha256(mail.content().unsigned());
            String first = digests.putIfAbsent(subject, digest);
            assertTrue(first == null || first.equals(digest), subject + " came in two versions");
        }
        Set<String> wanted = new HashSet<>();
        approved.keySet().forEach(approval -> wanted.add(held.get(approval)));
        assertEquals(wanted, arrivals.keySet(), "what was approved, and nothing else");
        int repeats = received.size() - wanted.size();
        assertTrue(repeats <= kills * CONNECTIONS, repeats + " mails came twice");
        for (String approval : held.keySet()) {
            JsonNode shown = clients.show(approval);
            boolean isApproved = approved.containsKey(approval);
            assertEquals(
                    isApproved ? "executed" : "pending", shown.path("status").asText());
            assertEquals(isApproved ? 1 : 0, shown.path("decisions").size(), "one winner");
            if (isApproved) {
                assertOneWinner(
                        shown.path("decisions").path(0).path("by").asText(),
                        Objects.requireNonNull(approved.get(approval)));
            }
        }
        System.out.printf(
                "HeldKillRestartIT seed %d: %d held, killed %d times; %d approved by two at once, all of these arrived and"
                        + " nothing else; %d came twice%n",
                seed, held.size(), 2 * kills, approved.size(), repeats);
    }

    /** Both were told the same name; and nobody that it was them, where it was not. A kill may cut off the word to the winner. */
    private static void assertOneWinner(String winner, List<Told> told) {
        for (Told one : told) {
            assertEquals(winner, one.winner(), told.toString());
            assertTrue(!one.isWinner() || one.by().equals(winner), told.toString());
        }
        assertTrue(told.stream().filter(Told::isWinner).count() <= 1, told.toString());
    }
}
