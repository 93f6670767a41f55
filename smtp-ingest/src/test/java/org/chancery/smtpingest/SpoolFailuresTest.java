package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.SpoolRefused;
import org.chancery.testkit.log.Quiet;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client hears when its mail cannot be kept: to try later, and never a 250. */
class SpoolFailuresTest {
    @RegisterExtension
    static final Quiet QUIET = Quiet.of("org.chancery.smtpingest");

    private final TestServer server = TestServer.start();
    private final TestSpool spool = server.spool;
    private SmtpClient client;

    SpoolFailuresTest() throws IOException {
        client = SmtpClient.connect(server.mx());
    }

    @BeforeEach
    void greet() throws IOException {
        client.greet();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private static SpoolRefused refusal(Admission.Reason reason) {
        return new SpoolRefused(new Admission.Refused(reason, "for the operator only"), null);
    }

    private void envelope() throws IOException {
        client.command("MAIL FROM:<a@else.test>");
        client.command("RCPT TO:<agent@ours.test>");
    }

    private void requireNothingKept() {
        Await.until(() -> spool.open.get() == 0);
        assertEquals(List.of(), spool.mails);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STOPPING", value = Admission.Reason.class)
    void a_full_spool_is_said_at_mail_and_at_data(Admission.Reason reason) throws IOException {
        envelope();
        spool.admission = new Admission.Refused(reason, "for the operator only");
        assertEquals("452 4.3.1 mail system full; try again later", client.command("DATA"));
        assertEquals("250 2.0.0 ok", client.command("RSET"));
        assertEquals("452 4.3.1 mail system full; try again later", client.command("MAIL FROM:<a@else.test>"));
        spool.admission = Admission.OPEN;
        envelope();
        client.command("DATA");
        assertTrue(client.command(".").startsWith("250 2.0.0"));
    }

    @Test
    void a_transaction_outlives_a_refused_data() throws IOException {
        envelope();
        spool.admission = new Admission.Refused(Admission.Reason.BACKLOG, "");
        assertTrue(client.command("DATA").startsWith("452"));
        spool.admission = Admission.OPEN;
        assertTrue(client.command("DATA").startsWith("354"));
        assertTrue(client.command(".").startsWith("250 2.0.0"));
    }

    @Test
    void a_spool_that_stops_ends_the_session() throws IOException {
        spool.admission = new Admission.Refused(Admission.Reason.STOPPING, "");
        client.sendLine("MAIL FROM:<a@else.test>");
        assertTrue(client.untilClosed().startsWith("421 4.3.2"));
    }

    @Test
    void a_spool_that_refuses_to_begin_is_said_instead_of_354() throws IOException {
        envelope();
        spool.failureAtBegin = () -> refusal(Admission.Reason.DISK);
        assertTrue(client.command("DATA").startsWith("452 4.3.1"));
    }

    @Test
    void a_piece_that_cannot_be_kept_refuses_the_mail_and_the_session_goes_on() throws IOException {
        envelope();
        spool.failureAtWrite = () -> refusal(Admission.Reason.DISK);
        client.command("DATA");
        client.sendRaw("text\r\n.\r\nNOOP\r\n");
        assertTrue(client.reply().startsWith("452 4.3.1"));
        assertEquals("250 2.0.0 ok", client.reply());
        requireNothingKept();
    }

    @Test
    void a_commit_that_is_refused_is_no_250() throws IOException {
        envelope();
        spool.failureAtCommit = () -> refusal(Admission.Reason.BROKEN);
        client.command("DATA");
        assertTrue(client.command(".").startsWith("452 4.3.1"));
        requireNothingKept();
    }

    @Test
    void a_failure_that_nobody_foresaw_is_451_at_every_step() throws IOException {
        String later = "451 4.3.0 local error; try again later";
        envelope();
        spool.failureAtBegin = () -> new Unavailable("disk", null);
        assertEquals(later, client.command("DATA"));
        spool.failureAtBegin = null;

        envelope();
        spool.failureAtWrite = () -> new IllegalStateException("a bug");
        client.command("DATA");
        client.sendRaw("text\r\n.\r\n");
        assertEquals(later, client.reply());
        spool.failureAtWrite = null;

        envelope();
        spool.failureAtCommit = () -> new IllegalStateException("a bug");
        client.command("DATA");
        assertEquals(later, client.command("."));
        requireNothingKept();
    }

    @Test
    void a_client_that_hangs_up_within_a_mail_leaves_nothing() throws IOException {
        envelope();
        client.command("DATA");
        client.sendRaw("half of it\r\n.");
        client.close();
        Await.until(() -> server.ingest.figures().openSessions() == 0);
        requireNothingKept();
    }

    @Test
    void a_client_that_hangs_up_after_the_end_of_data_has_sent_a_mail() throws IOException {
        envelope();
        client.command("DATA");
        client.sendRaw("all of it\r\n.\r\n");
        client.close();
        Await.until(() -> spool.mails.size() == 1);
    }
}
