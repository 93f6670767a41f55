package org.chancery.server.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.chancery.testkit.peer.Stall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random while mail goes out. Every mail arrives; what was recorded as delivered before a kill never
 * arrives after it; what does come twice is byte for byte the same, and no more than was on its way at that moment.
 */
class OutgoingKillRestartIT {
    /** All mail goes to one domain, so that so many connections are open at most. */
    private static final int CONNECTIONS = 3;

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final long seed = Long.getLong("crash.seed", System.nanoTime());
    private final int mails = Integer.getInteger("crash.outgoing", 150);
    private final int kills = Integer.getInteger("crash.kills", 3);
    private final SplittableRandom random = new SplittableRandom(seed);

    @TempDir
    private Path folder;

    @Test
    void what_was_queued_arrives_and_what_was_recorded_does_not_arrive_again()
            throws IOException, InterruptedException {
        System.out.printf("crash.seed=%d%n", seed);
        try (ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
                PackagedServer server =
                        new PackagedServer(folder, PackagedServer.relayingTo(peer, CONNECTIONS, Map.of()))) {
            // Nothing leaves before everything is queued.
            Stall stall = peer.at(Stage.GREETING).stall();
            server.start();
            Map<String, String> queued = queue(server);
            stall.release();
            List<Kill> story = killWhileMailGoesOut(server, peer);
            audit(peer.mails(), queued, story);
        }
    }

    /**
     * What was so when the server was killed.
     *
     * @param recorded the messages that it had said were delivered
     * @param arrived how many mails the peer had
     */
    private record Kill(Set<String> recorded, int arrived) {}

    /** Queues all mails; gives the digest of each, by its id. */
    private Map<String, String> queue(PackagedServer server) throws IOException, InterruptedException {
        Map<String, String> queued = new HashMap<>();
        try (StoredMails api = new StoredMails(server.ports().http())) {
            String inbox = api.makeEndpoint("sales");
            for (int i = 0; i < mails; i++) {
                String id = api.send(inbox, "r" + i + "@customer.test", "mail " + i);
                queued.put(id, api.sha256(id));
            }
        }
        return queued;
    }

    private List<Kill> killWhileMailGoesOut(PackagedServer server, ScriptedSmtpPeer peer)
            throws IOException, InterruptedException {
        List<Kill> story = new ArrayList<>();
        for (int kill = 1; kill <= kills; kill++) {
            int after = (int) (mails * (kill - 1 + random.nextDouble(0.2, 0.9)) / kills);
            peer.awaitMail(after, LIMIT);
            Set<String> recorded;
            try (StoredMails api = new StoredMails(server.ports().http())) {
                recorded = api.delivered();
            }
            // What is seen is forced a moment later; with some more arrivals that moment is over.
            peer.awaitMail(Math.min(mails, peer.mails().size() + 2 * CONNECTIONS), LIMIT);
            server.kill();
            // What the killed server sent may still be on its way through the peer's socket.
            peer.awaitNoSession(LIMIT);
            story.add(new Kill(recorded, peer.mails().size()));
            server.start();
        }
        try (StoredMails api = new StoredMails(server.ports().http())) {
            api.awaitDelivered(mails, LIMIT);
        }
        return story;
    }

    private void audit(List<ReceivedMail> received, Map<String, String> queued, List<Kill> story) {
        List<String> arrived = received.stream()
                .map(mail -> SeededMails.sha256(mail.content().unsigned()))
                .toList();
        assertEquals(
                new HashSet<>(queued.values()),
                new HashSet<>(arrived),
                "every mail, and nothing else, octet for octet");
        int most = 0;
        for (Kill kill : story) {
            List<String> before = arrived.subList(0, kill.arrived());
            List<String> later = arrived.subList(kill.arrived(), arrived.size());
            Set<String> recorded = new HashSet<>();
            kill.recorded().forEach(id -> recorded.add(queued.get(id)));
            recorded.retainAll(later);
            assertEquals(
                    Set.of(),
                    recorded,
                    "recorded as delivered before the kill at " + kill.arrived() + ", and sent again");
            Set<String> again = new HashSet<>(before);
            again.retainAll(later);
            // What a kill left over goes to the end of the queue, and may wait there until after the next one.
            most += CONNECTIONS;
            assertTrue(again.size() <= most, again.size() + " mails came again after the kill at " + kill.arrived());
        }
        int repeats = arrived.size() - mails;
        assertTrue(repeats <= most, repeats + " mails came twice, and the kills account for " + most);
        System.out.printf(
                "OutgoingKillRestartIT seed %d: %d mails, killed at %s arrivals, all arrived whole; %d came twice%n",
                seed, mails, story.stream().map(Kill::arrived).toList(), repeats);
    }
}
