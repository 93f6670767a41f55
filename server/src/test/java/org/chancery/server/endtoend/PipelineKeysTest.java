package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.chancery.server.config.Key;
import org.chancery.server.config.Keys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sender sees of the keys of spool and pipeline. */
class PipelineKeysTest {
    private static final int BACKLOG = 5;

    @TempDir
    private Path directory;

    @Test
    void one_worker_has_one_mail_at_a_time_and_three_have_three() throws IOException {
        assertEquals(1, heldOfFour("one", Map.of(Keys.PIPELINE_WORKERS, "1"), 1));
        assertEquals(3, heldOfFour("three", Map.of(Keys.PIPELINE_WORKERS, "3"), 3));
    }

    /** How many of four mails are in the pipeline while the first ones are held there. */
    private int heldOfFour(String name, Map<Key<?>, String> keys, int expected) throws IOException {
        HoldingMailet.Hold hold = HoldingMailet.begin();
        try (RunningServer server = RunningServer.on(directory.resolve(name), keys, holding())) {
            server.makeEndpoint("sales", "");
            for (int i = 0; i < 4; i++) {
                assertTrue(mail(server, "mail " + i).startsWith("250"));
            }
            await(hold, expected);
            int held = hold.held();
            hold.release();
            for (int i = 0; i < 4; i++) {
                server.await("mail " + i);
            }
            return held;
        } finally {
            hold.release();
        }
    }

    @Test
    void with_a_full_backlog_mail_is_put_off_until_there_is_room() throws IOException {
        HoldingMailet.Hold hold = HoldingMailet.begin();
        try (RunningServer server = RunningServer.on(
                directory.resolve("data"), Map.of(Keys.SPOOL_BACKLOG, Integer.toString(BACKLOG)), holding())) {
            server.makeEndpoint("sales", "");
            int accepted = 0;
            String reply = mail(server, "mail 0");
            while (reply.startsWith("250") && accepted < 2 * BACKLOG) {
                accepted++;
                reply = mail(server, "mail " + accepted);
            }
            assertTrue(reply.startsWith("452 4.3.1"), reply);
            assertEquals(BACKLOG, accepted);
            hold.release();
            server.await("mail " + (BACKLOG - 1));
            server.receive("sales@acme.example", "a late one");
        } finally {
            hold.release();
        }
    }

    @Test
    void with_less_free_disk_than_is_to_stay_free_mail_is_put_off() {
        try (RunningServer server =
                RunningServer.on(directory.resolve("full"), Map.of(Keys.SPOOL_MINIMUM_FREE, "8000000GiB"))) {
            server.makeEndpoint("sales", "");
            String reply = mail(server, "no room");
            assertTrue(reply.startsWith("452 4.3.1"), reply);
        }
    }

    private static String mail(RunningServer server, String subject) {
        String id = subject.replace(' ', '-') + "@far.example";
        return server.mail(
                "ada@far.example",
                "sales@acme.example",
                RunningServer.content("ada@far.example", "sales@acme.example", subject, id, ""));
    }

    private static void await(HoldingMailet.Hold hold, int count) {
        long end = System.nanoTime() + RunningServer.PATIENCE.toNanos();
        while (hold.held() < count) {
            assertTrue(System.nanoTime() < end, "only " + hold.held() + " mails came");
            Thread.onSpinWait();
        }
    }

    private Path holding() throws IOException {
        String shipped = Files.readString(Path.of("..", "conf", "mailetcontainer.xml"));
        String mailet = "<mailet match=\"All\" class=\"" + HoldingMailet.class.getName() + "\"/>";
        return Files.writeString(
                directory.resolve("mailetcontainer.xml"),
                shipped.replaceFirst("(<processor state=\"accepted\"[^>]*>)", "$1" + mailet));
    }
}
