package org.chancery.mailets.authentication.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.mailets.authentication.dns.Dns.Answer;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.testing.Await;
import org.chancery.testkit.peer.ScriptedDns;
import org.junit.jupiter.api.Test;

/** A sender whose name servers never answer, and one whose are slow, before a real resolver. */
class SlowSendersTest {
    /** Everybody who waits at all needs room, and has it for as long as a question may take. */
    private static final Lookups.Bounds NEEDY = new Lookups.Bounds(Duration.ofMillis(1), Duration.ofMinutes(1), 10);

    private static final Answer CROWDED = new Answer.Trouble("other mail waits for slow name servers already");

    @Test
    void one_sender_takes_a_share_of_the_room_and_others_go_through() throws InterruptedException {
        try (ScriptedDns peer = ScriptedDns.start()) {
            NameServers servers = NameServers.at(List.of(peer.address()));
            // Eight places, two of them for one domain.
            SlowLane lane = new SlowLane(16);
            List<Thread> hanging = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                String name = "n" + i + ".evil.example";
                String client = "client " + i;
                peer.silent(name);
                hanging.add(
                        Thread.ofVirtual().start(() -> new Lookups(servers, NEEDY, lane, client).ask(name, Type.TXT)));
            }
            Await.until(() -> lane.taken() == 2 || hanging.stream().noneMatch(Thread::isAlive));

            // What is asked by others is answered late, and waited for.
            for (int i = 0; i < 4; i++) {
                String domain = "slow" + i + ".example";
                peer.txt(domain, "v=spf1 -all").delay(domain, Duration.ofMillis(100));
                assertEquals(
                        new Answer.Found(List.of("v=spf1 -all")),
                        new Lookups(servers, NEEDY, lane, "neighbour " + i).ask(domain, Type.TXT));
            }
            for (Thread thread : hanging) {
                thread.interrupt();
                thread.join();
            }
            assertEquals(0, lane.taken());
        }
    }

    @Test
    void who_has_had_his_share_goes_on_without_the_answer() {
        try (ScriptedDns peer = ScriptedDns.start()) {
            NameServers servers = NameServers.at(List.of(peer.address()));
            SlowLane lane = new SlowLane(16);
            lane.enter("client 0", "n0.evil.example");
            lane.enter("client 1", "n1.evil.example");
            peer.silent("n2.evil.example");
            assertEquals(CROWDED, new Lookups(servers, NEEDY, lane, "client 2").ask("n2.evil.example", Type.TXT));
        }
    }
}
