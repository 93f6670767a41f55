package org.chancery.delivery.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.JobId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.ChangedMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.Courier.Talk;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.core.spool.Admission;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostedCourierTest {
    private static final String MAIL = "Subject: hello\r\n\r\n.One line\r\n";
    private static final ReversePath SENDER = ReversePath.of(EmailAddress.of("bounces+1@acme.example"));
    private static final WorkspaceId WORKSPACE = new WorkspaceId(new UUID(7, 2));
    private static final EndpointId ENDPOINT = new EndpointId(new UUID(7, 4));

    /** Nothing here may be interrupted. */
    private static final Talk NOT_TALKING = new Talk() {
        @Override
        public void begins() {
            throw new AssertionError("the spool would break by an interrupt");
        }

        @Override
        public void awaitsVerdict() {
            throw new AssertionError("there is no verdict");
        }
    };

    private final Map<String, Destination> book = new HashMap<>(Map.of(
            "sales", new Destination.Hosted(WORKSPACE, ENDPOINT),
            "postmaster", new Destination.Admins(WORKSPACE),
            "bounces+2", new Destination.ReturnPath(new MessageId(new UUID(7, 5))),
            "asleep", new Destination.Disabled(WORKSPACE, ENDPOINT),
            "nobody", new Destination.Unknown(),
            "removed", new Destination.Foreign(),
            "untold", new Destination.Away()));
    private final OneMail store = new OneMail();
    private final RecordingSpool spool = new RecordingSpool();
    private final Attempt elsewhere = new Attempt(Instant.EPOCH, Instant.EPOCH, "mx", null, List.of());
    private final HostedCourier courier = new HostedCourier(
            "acme.example"::equals,
            recipient -> book.getOrDefault(recipient.localPart(), new Destination.Unknown()),
            spool,
            store,
            (job, talk) -> elsewhere,
            TurningClock.atStart());

    /** The row's last column begins with what becomes of the recipient: + delivered, ? for now, ! for good. */
    @ParameterizedTest
    @CsvSource({
        "sales,      true,  +250 2.0.0 accepted as",
        "postmaster, true,  +250 2.0.0 accepted as",
        "bounces+2,  true,  +250 2.0.0 accepted as",
        "asleep,     true,  ?450 4.2.1",
        "nobody,     true,  !550 5.1.1",
        "removed,    false, ?451 4.3.0",
        "untold,     false, ?451 4.3.0",
    })
    void a_recipient_here_gets_the_answer_that_our_own_smtp_would_give(
            String localPart, boolean isVerdict, String expected) {
        Attempt attempt = deliver(job(localPart + "@acme.example"));
        Result result = attempt.results().getFirst();
        assertTrue(result.reply().startsWith(expected.substring(1)), result.reply());
        switch (result) {
            case Result.Delivered ignored -> assertEquals('+', expected.charAt(0));
            case Result.TemporaryFailure failure -> {
                assertEquals('?', expected.charAt(0));
                assertEquals(isVerdict, failure.peerSaid());
            }
            case Result.PermanentFailure failure -> {
                assertEquals('!', expected.charAt(0));
                assertEquals(isVerdict, failure.peerSaid());
            }
        }
        assertEquals("local", attempt.remote());
        assertEquals(expected.charAt(0) == '+' ? 1 : 0, spool.kept().size());
    }

    @Test
    void other_bytes_than_were_decided_on_do_not_come_in() {
        store.kept = (MAIL + "One more line\r\n").getBytes(StandardCharsets.US_ASCII);
        assertThrows(ChangedMail.class, () -> deliver(job("sales@acme.example")));
        assertEquals(List.of(), spool.kept());
    }

    @Test
    void all_who_are_known_get_one_mail_and_the_others_their_own_answer() {
        Attempt attempt = deliver(
                job("nobody@acme.example", "sales@acme.example", "asleep@acme.example", "postmaster@acme.example"));
        assertEquals(
                List.of("asleep", "nobody", "postmaster", "sales"),
                attempt.results().stream()
                        .map(result -> result.recipient().localPart())
                        .sorted()
                        .toList());
        RecordingSpool.Kept kept = spool.kept().getFirst();
        assertEquals(1, spool.kept().size());
        assertEquals(
                new Envelope(
                        SENDER,
                        List.of(EmailAddress.of("sales@acme.example"), EmailAddress.of("postmaster@acme.example"))),
                kept.envelope());
        assertEquals(MAIL, kept.content());
        assertEquals(TurningClock.START, kept.arrival().at());
        assertEquals(0, spool.open());
    }

    @Test
    void a_recipient_is_delivered_only_when_the_mail_is_durable() {
        spool.refuseAtCommit(new Admission.Refused(Admission.Reason.DISK, "the disk is full"));
        Attempt attempt = deliver(job("sales@acme.example", "nobody@acme.example"));
        assertEquals(
                List.of(
                        new Result.PermanentFailure(
                                EmailAddress.of("nobody@acme.example"), "550 5.1.1 No such address here", true),
                        new Result.TemporaryFailure(
                                EmailAddress.of("sales@acme.example"), "452 4.3.1 the disk is full", false)),
                attempt.results());
        assertEquals(0, spool.open());
    }

    @Test
    void a_spool_that_takes_nothing_is_asked_before_the_mail_is_read() {
        spool.refuse(new Admission.Refused(Admission.Reason.BACKLOG, "too many mails wait"));
        Attempt attempt = deliver(job("sales@acme.example"));
        assertEquals(
                List.of(new Result.TemporaryFailure(
                        EmailAddress.of("sales@acme.example"), "452 4.3.1 too many mails wait", false)),
                attempt.results());
        assertEquals(List.of(), spool.kept());
    }

    @Test
    void a_mail_that_the_store_has_lost_is_not_spooled() {
        OutgoingJob lost = job(RawDigest.of(new byte[] {1}), "sales@acme.example");
        assertThrows(IllegalStateException.class, () -> deliver(lost));
        assertEquals(List.of(), spool.kept());
        assertEquals(0, spool.open());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bob@elsewhere.example", "sales@sub.acme.example"})
    void all_other_mail_is_handed_on(String recipient) {
        assertEquals(elsewhere, deliver(job(recipient)));
        assertEquals(List.of(), spool.kept());
    }

    private Attempt deliver(OutgoingJob job) {
        return courier.deliver(job, NOT_TALKING);
    }

    private static OutgoingJob job(String... recipients) {
        return job(RawDigest.of(MAIL.getBytes(StandardCharsets.US_ASCII)), recipients);
    }

    private static OutgoingJob job(RawDigest raw, String... recipients) {
        List<EmailAddress> addresses =
                Arrays.stream(recipients).map(EmailAddress::of).toList();
        return new OutgoingJob(
                new JobId(new UUID(7, 1)),
                WORKSPACE,
                new MessageId(new UUID(7, 3)),
                addresses.getFirst().domain(),
                SENDER,
                addresses,
                raw,
                MAIL.length(),
                0,
                TurningClock.START);
    }

    /** A store with {@link #MAIL} in it and nothing else. */
    private static final class OneMail implements RawMailStore {
        private byte[] kept = MAIL.getBytes(StandardCharsets.US_ASCII);

        @Override
        public InputStream open(RawDigest digest) {
            if (!digest.equals(RawDigest.of(MAIL.getBytes(StandardCharsets.US_ASCII)))) {
                throw new IllegalStateException("the store has no " + digest.hex());
            }
            return new ByteArrayInputStream(kept);
        }

        @Override
        public Kept put(InputStream raw) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Kept putDurably(InputStream raw) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force() {}
    }
}
