package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.AuthenticationResultsField;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.send.DeliveredCopies;
import org.chancery.core.send.DeliveredCopies.Copied;
import org.chancery.core.send.Dispatch;
import org.chancery.core.send.HeldSends;
import org.chancery.core.send.OutboundPipeline;
import org.chancery.core.send.OutboundPipeline.Passage;
import org.chancery.core.send.SendCaps;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/** Copies of delivered mail over a real database: each is sent once, however often the step is done. */
public interface CopiesContract {

    Store store();

    @Test
    default void a_copy_is_sent_once_however_often_the_step_is_done() {
        Lab lab = new Lab(store());
        Inbound mail = lab.delivered("Hello");

        assertEquals(new Copied.Sent("to 1 person"), lab.send(mail));
        assertEquals(new Copied.Sent("sent before"), lab.send(mail), "as after a crash behind it");

        assertEquals(1, lab.passages.size());
        MessageId id = lab.passages.getFirst().candidate().message().id();
        Outbound copy = (Outbound) store().transactions()
                .in(tx -> store().messages().find(tx, lab.samples.workspace.id(), id))
                .orElseThrow();
        assertEquals(OutboundStatus.QUEUED, copy.status());
        assertEquals("endpoint", copy.author().kind());
        assertTrue(copy.automatic());
    }

    @Test
    default void a_crash_before_the_copy_is_queued_leaves_it_to_the_next_time() {
        Lab lab = new Lab(store());
        Inbound mail = lab.delivered("Hello");
        lab.breaksDown = true;
        try {
            lab.send(mail);
        } catch (IllegalStateException crash) {
            lab.breaksDown = false;
        }

        assertEquals(new Copied.Sent("to 1 person"), lab.send(mail));
    }

    @Test
    default void each_mail_has_a_copy_of_its_own() {
        Lab lab = new Lab(store());
        lab.send(lab.delivered("One"));
        lab.send(lab.delivered("Two"));

        assertEquals(2, lab.passages.size());
        assertFalse(lab.passages
                .getFirst()
                .candidate()
                .message()
                .id()
                .equals(lab.passages.getLast().candidate().message().id()));
    }

    @Test
    default void an_original_that_is_too_big_stays_and_the_copy_says_so() {
        Lab lab = new Lab(store());
        Inbound mail = lab.delivered("x".repeat(80).concat("\r\n").repeat(140_000));

        assertInstanceOf(Copied.Sent.class, lab.send(mail));

        String copy = lab.copy();
        assertTrue(copy.length() < 200_000, "its beginning only");
        String last =
                "[The mail is too big to go along. It is kept as " + mail.id().text() + ".]";
        assertTrue(lab.text().strip().endsWith(last));
        assertFalse(copy.contains("message/rfc822"));
    }

    @Test
    default void no_more_is_sent_than_a_server_of_ours_would_take() {
        Lab lab = new Lab(store());
        Inbound mail = lab.delivered("x".repeat(78).concat("\r\n").repeat(Lab.MAX_SIZE / 80));

        assertInstanceOf(Copied.Sent.class, lab.send(mail));
        assertTrue(lab.copy().length() < Lab.MAX_SIZE);
        assertFalse(lab.copy().contains("message/rfc822"));
    }

    @Test
    default void a_removed_endpoint_copies_nothing() {
        Lab lab = new Lab(store());
        Inbound mail = lab.delivered("Hello");
        store().transactions()
                .in(tx -> store().endpoints().remove(tx, lab.samples.endpoint.id(), lab.samples.person.id(), NOW));

        assertEquals(new Copied.NotSent("the endpoint names nobody"), lab.send(mail));
    }

    /** An endpoint that copies its mail to a person. */
    final class Lab {
        static final int MAX_SIZE = 1 << 20;

        final Samples samples;
        final List<Passage> passages = new ArrayList<>();
        boolean breaksDown;
        private final Bytes raw = new Bytes();
        private final Store store;
        private final DeliveredCopies copies;

        Lab(Store store) {
            this.store = store;
            this.samples = Samples.in(store);
            Endpoint copying = samples.endpoint.with(
                    Behaviour.DEFAULT.withDeliverTo(List.of(EmailAddress.of("ann@people.example"))), NOW);
            store.transactions().run(tx -> store.endpoints().update(tx, copying));
            TurningClock clock = TurningClock.atStart();
            ReturnPaths returnPaths = new ReturnPaths(new byte[32]);
            Dispatch.Books books = new Dispatch.Books(
                    store.messages(),
                    store.folders(),
                    store.endpoints(),
                    store.queue(),
                    new MessageOutcomes(
                            new MessageOutcomes.Stores(
                                    store.messages(),
                                    store.endpoints(),
                                    store.access(),
                                    store.suppressions(),
                                    store.awaitedReplies(),
                                    store.earlyReports(),
                                    store.journal()),
                            domain -> false),
                    new SendCaps(
                            store.transactions(),
                            new SendCaps.Stores(store.sendCounts(), store.endpoints(), store.events()),
                            new SendCaps.Config(0, List.of()),
                            clock),
                    store.approvals(),
                    store.access(),
                    store.events(),
                    store.audit(),
                    store.schedule(),
                    returnPaths);
            HeldSends held = new HeldSends(books, new HeldSends.Bytes(raw, returnPaths, MAX_SIZE), () -> {}, clock);
            Dispatch dispatch = new Dispatch(store.transactions(), books, held, () -> {}, clock);
            OutboundPipeline pipeline = passage -> {
                if (breaksDown) {
                    throw new IllegalStateException("as a crash would");
                }
                passages.add(passage);
                return dispatch.enqueue(passage.candidate(), passage.envelope());
            };
            this.copies = new DeliveredCopies(
                    store.transactions(),
                    new DeliveredCopies.Kept(store.messages(), store.endpoints(), raw),
                    new DeliveredCopies.Way(pipeline, returnPaths, domain -> false, MAX_SIZE),
                    new AuthenticationResultsField("here.example"),
                    clock);
        }

        Inbound delivered(String text) {
            byte[] bytes = ("From: Zoe <zoe@stranger.example>\r\nTo: " + samples.endpoint.address()
                            + "\r\nSubject: A question\r\n\r\n" + text + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            RawDigest digest = raw.put(new ByteArrayInputStream(bytes)).digest();
            MessageFacts facts = samples.facts(samples.keptThread(), "Zoe", "zoe@stranger.example", "A question", NOW);
            return samples.keep(samples.inbound(new MessageFacts(
                    facts.id(),
                    facts.workspace(),
                    facts.endpoint(),
                    facts.thread(),
                    facts.from(),
                    facts.to(),
                    facts.cc(),
                    facts.bcc(),
                    facts.subject(),
                    facts.internetId(),
                    digest,
                    bytes.length,
                    facts.occurredAt())));
        }

        Copied send(Inbound mail) {
            return copies.send(samples.workspace.id(), samples.endpoint.id(), mail.id());
        }

        /** What the last copy says to be read. */
        String text() {
            try {
                return MessageReader.content(
                                new ByteArrayInputStream(passages.getLast().raw()))
                        .text();
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        String copy() {
            return new String(passages.getLast().raw(), StandardCharsets.UTF_8);
        }
    }

    /** Raw mail in memory. */
    final class Bytes implements RawMailStore {
        private final Map<RawDigest, byte[]> kept = new ConcurrentHashMap<>();

        @Override
        public Kept put(InputStream in) {
            try {
                byte[] bytes = in.readAllBytes();
                RawDigest digest = RawDigest.of(bytes);
                kept.put(digest, bytes);
                return new Kept(digest, bytes.length);
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        public Kept putDurably(InputStream in) {
            return put(in);
        }

        @Override
        public InputStream open(RawDigest digest) {
            return new ByteArrayInputStream(Objects.requireNonNull(kept.get(digest)));
        }

        @Override
        public void force() {}
    }
}
