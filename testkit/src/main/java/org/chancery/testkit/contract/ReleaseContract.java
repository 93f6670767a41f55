package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.access.Actor;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.MailboxService;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MissingMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.quarantine.HeldBackMail;
import org.chancery.core.quarantine.HeldMail;
import org.chancery.core.quarantine.HeldMail.Passage;
import org.chancery.core.quarantine.HeldMail.Raw;
import org.chancery.core.quarantine.HeldMail.Shown;
import org.chancery.core.quarantine.Quarantined.Accepted;
import org.chancery.core.quarantine.Quarantined.Decision;
import org.chancery.core.quarantine.Quarantined.Pending;
import org.chancery.core.quarantine.Quarantined.Release;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.quarantine.Releases;
import org.chancery.core.quarantine.Suspicion;
import org.chancery.core.spool.SpooledMail;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/** What {@link Releases} do with a mail that a person let out of quarantine and whose bytes are gone. */
public interface ReleaseContract {
    Store store();

    /** One that has lost all. */
    final class LostMail implements RawMailStore {
        @Override
        public Kept put(InputStream raw) {
            throw new UnsupportedOperationException("nothing comes in here");
        }

        @Override
        public Kept putDurably(InputStream raw) {
            return put(raw);
        }

        @Override
        public InputStream open(RawDigest digest) {
            throw new MissingMail(digest, "the test", new FileNotFoundException());
        }

        @Override
        public void force() {}
    }

    /** One server with a mail whose release is due. */
    final class Lab {
        final Store store;
        final Samples samples;
        final TurningClock clock = TurningClock.atStart();
        final HeldMail mail;
        final Releases releases;
        boolean isAway;

        Lab(Store store) {
            this.store = store;
            this.samples = Samples.in(store);
            MailboxService mailbox = new MailboxService(
                    store.transactions(),
                    new MailboxService.Stores(
                            store.messages(),
                            store.folders(),
                            store.endpoints(),
                            store.traces(),
                            store.access(),
                            new HeldBackMail(store.quarantine())),
                    store.events(),
                    clock);
            Handling handling = new Handling(
                    samples.workspace.id(),
                    samples.endpoint.id(),
                    "INBOX",
                    HandlingState.AWAITING_REVIEW,
                    null,
                    0,
                    0,
                    "people handle this endpoint");
            this.releases = new Releases(
                    store.transactions(),
                    new Releases.Stores(
                            store.quarantine(), store.endpoints(), store.messages(), store.traces(), new LostMail()),
                    (lost, error) -> {
                        if (isAway) {
                            throw new Unavailable("the database is away", null);
                        }
                        mailbox.keepForOperator(lost, handling, error);
                    },
                    "server-1",
                    clock);
            this.mail = held();
            store.transactions().run(tx -> {
                assertTrue(store.quarantine().add(tx, mail));
                Decision decision = new Decision(
                        UUID.randomUUID(),
                        new Actor.Person(samples.person.id(), samples.person.email()),
                        NOW,
                        "",
                        null);
                assertTrue(store.quarantine().accept(tx, new Pending(mail).accept(decision, new Release.Due())));
                store.traces().add(tx, mail.spool().value(), List.of());
            });
        }

        private HeldMail held() {
            return new HeldMail(
                    QuarantineId.at(NOW),
                    samples.workspace.id(),
                    samples.endpoint.id(),
                    new Suspicion(Reason.SPAM_THRESHOLD, 7.0, List.of()),
                    new Passage(
                            SpoolId.at(NOW),
                            new Arrival(NOW, InetAddress.getLoopbackAddress(), "mail.stranger.example", "ESMTP"),
                            ReversePath.of(EmailAddress.of("zoe@stranger.example")),
                            EmailAddress.of(samples.endpoint.address()),
                            Classification.HUMAN,
                            AuthenticationResults.NONE),
                    new Shown(
                            List.of(new Mailbox("Zoë", "zoe@stranger.example")),
                            List.of(new Mailbox(null, samples.endpoint.address())),
                            "Lost"),
                    new Raw(RawDigest.of("lost".getBytes(StandardCharsets.US_ASCII)), 123));
        }

        SpooledMail claim() throws InterruptedException {
            return releases.claim(Duration.ofMillis(1)).orElseThrow();
        }

        /** Lets the mail come to nothing, as the pipeline does, until its last try is in hand. */
        SpooledMail lastTry() throws InterruptedException {
            for (int attempt = 1; attempt < Releases.MOST_TRIES; attempt++) {
                SpooledMail claimed = claim();
                assertEquals(attempt, claimed.attempt());
                assertThrows(MissingMail.class, claimed::open);
                releases.retry(claimed.id(), clock.instant().plus(Duration.ofHours(1)));
                clock.turn(Duration.ofHours(2));
            }
            return claim();
        }

        Accepted item() {
            return (Accepted) store.transactions()
                    .in(tx -> store.quarantine().find(tx, mail.workspace(), mail.id()))
                    .orElseThrow();
        }

        void isKeptAsError(String why) throws InterruptedException {
            Release.Done done = assertInstanceOf(Release.Done.class, item().release());
            Inbound kept = (Inbound) store.transactions()
                    .in(tx -> store.messages()
                            .find(tx, mail.workspace(), java.util.Objects.requireNonNull(done.message())))
                    .orElseThrow();
            assertEquals(HandlingState.ERROR, kept.state());
            assertTrue(kept.stateReason().contains(why), kept.stateReason());
            assertEquals("Lost", kept.facts().subject());
            assertEquals("zoe@stranger.example", kept.facts().from().address());
            assertEquals(
                    "given_up",
                    store.transactions()
                            .in(tx -> store.traces().find(tx, mail.spool().value()))
                            .orElseThrow()
                            .getLast()
                            .verdict());
            clock.turn(Duration.ofDays(1));
            assertEquals(Optional.empty(), releases.claim(Duration.ofMillis(1)), "it is not tried again");
        }
    }

    @Test
    default void a_mail_that_comes_to_nothing_at_all_tries_is_kept_for_admins_as_error() throws InterruptedException {
        Lab lab = new Lab(store());
        SpooledMail last = lab.lastTry();
        assertInstanceOf(Release.Due.class, lab.item().release());
        lab.releases.retry(last.id(), lab.clock.instant().plus(Duration.ofHours(1)));
        lab.isKeptAsError(Releases.MOST_TRIES + " tries");
    }

    @Test
    default void one_that_can_never_be_read_is_kept_for_admins_at_once() throws InterruptedException {
        Lab lab = new Lab(store());
        lab.releases.setAside(lab.claim().id(), "it is damaged");
        lab.isKeptAsError("it is damaged");
    }

    @Test
    default void one_that_cannot_even_be_given_up_is_tried_again() throws InterruptedException {
        Lab lab = new Lab(store());
        lab.isAway = true;
        lab.releases.setAside(lab.claim().id(), "it is damaged");
        assertInstanceOf(Release.Due.class, lab.item().release());
        lab.isAway = false;
        lab.clock.turn(Duration.ofHours(2));
        lab.releases.setAside(lab.claim().id(), "it is damaged");
        lab.isKeptAsError("it is damaged");
    }
}
