package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;

class StopTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private static Thread stopping(TestServer server, Duration grace) {
        return Thread.startVirtualThread(() -> server.ingest.stop(grace));
    }

    @Test
    void a_client_at_rest_is_told_and_newcomers_too() throws Exception {
        TestServer server = TestServer.start();
        server.spool.commitsWaitFor = new CountDownLatch(1);
        try (SmtpClient busy = SmtpClient.connect(server.mx());
                SmtpClient atRest = SmtpClient.connect(server.mx())) {
            atRest.greet();
            busy.greet();
            busy.sendRaw("MAIL FROM:<a@else.test>\r\nRCPT TO:<agent@ours.test>\r\nDATA\r\n.\r\n");
            server.spool.commitBegan.await();
            Thread stop = stopping(server, LONG);

            assertTrue(atRest.untilClosed().startsWith("421 4.3.2"));
            try (SmtpClient newcomer = SmtpClient.connect(server.mx())) {
                assertTrue(newcomer.untilClosed().startsWith("421 4.3.2"));
            }
            server.spool.commitsWaitFor.countDown();
            String said = busy.untilClosed();
            assertTrue(said.contains("250 2.0.0 accepted"), "a mail under way is taken: " + said);
            assertTrue(said.contains("421 4.3.2"), said);
            stop.join();
            assertEquals(1, server.spool.mails.size());
        }
        assertThrows(IOException.class, () -> new Socket(InetAddress.getLoopbackAddress(), server.mx()).close());
    }

    @Test
    void a_mail_that_does_not_end_is_cut_off_after_the_grace() throws Exception {
        TestServer server = TestServer.start();
        try (SmtpClient client = SmtpClient.connect(server.mx())) {
            client.greet();
            client.sendRaw("MAIL FROM:<a@else.test>\r\nRCPT TO:<agent@ours.test>\r\nDATA\r\nhalf of it");
            client.reply();
            client.reply();
            assertTrue(client.reply().startsWith("354"));
            stopping(server, Duration.ofMillis(50)).join();
            assertEquals("", client.untilClosed());
            assertEquals(List.of(), server.spool.mails);
        }
    }

    @Test
    void a_port_that_is_taken_is_named_and_the_others_are_closed_again() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SmtpConfig config = new SmtpConfig(
                    InetAddress.getLoopbackAddress(),
                    0,
                    OptionalInt.of(taken.getLocalPort()),
                    OptionalInt.empty(),
                    "mx.ours.test",
                    "ours.test",
                    TestServer.MAIL,
                    TestServer.SESSION,
                    TestServer.TIME);
            SmtpIngest ingest =
                    new SmtpIngest(config, TestServer.tls(), new TestCore().with(new TestSpool()), TestServer.CLOCK);
            var e = assertThrows(IllegalStateException.class, ingest::start);
            assertTrue(String.valueOf(e.getMessage()).contains("submission on 127.0.0.1 port " + taken.getLocalPort()));
            assertThrows(
                    IOException.class, () -> new Socket(InetAddress.getLoopbackAddress(), ingest.mxPort()).close());
        }
    }

    @Test
    void submission_can_be_switched_off() {
        SmtpConfig config = new SmtpConfig(
                InetAddress.getLoopbackAddress(),
                0,
                OptionalInt.empty(),
                OptionalInt.empty(),
                "mx.ours.test",
                "ours.test",
                TestServer.MAIL,
                TestServer.SESSION,
                TestServer.TIME);
        SmtpIngest ingest =
                new SmtpIngest(config, TestServer.tls(), new TestCore().with(new TestSpool()), TestServer.CLOCK);
        ingest.start();
        assertTrue(ingest.mxPort() > 0);
        assertEquals(OptionalInt.empty(), ingest.submissionPort());
        assertEquals(OptionalInt.empty(), ingest.submissionsPort());
        ingest.stop(Duration.ZERO);
    }
}
