package org.chancery.core.quarantine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.mailbox.MailboxService.Arrived;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.TraceRepository;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.core.quarantine.HeldMail.Passage;
import org.chancery.core.quarantine.HeldMail.Shown;
import org.chancery.core.quarantine.QuarantineRepository.ClaimedRelease;
import org.chancery.core.quarantine.Quarantined.Accepted;
import org.chancery.core.quarantine.Quarantined.Release;
import org.chancery.core.spool.SpoolClaims;
import org.chancery.core.spool.SpooledMail;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the mails that people let out of quarantine to the pipeline, as the spool hands it those that come in. What is due
 * stands in the database from the decision on, so that no crash loses it; a server that starts takes up what it had in hand.
 *
 * <p>Order of calls: {@link #takeUp}, then the others from any thread.
 */
public final class Releases implements SpoolClaims {
    private static final Logger LOG = LoggerFactory.getLogger(Releases.class);

    /** Longer than the pipeline lets one mail take; a server that died is noticed after that by the others. */
    private static final Duration LEASE = Duration.ofMinutes(5);

    /** How often the database is asked without a decision made here: another server may have died with one. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    /**
     * A mail that could be neither delivered nor kept for the operator at so many tries is given up. By the pipeline's pauses that
     * takes most of a day, in which an operator can bring back what is missing.
     */
    public static final int MOST_TRIES = 30;

    /** What cannot even be given up is tried again that much later. */
    private static final Duration BROKEN_PAUSE = Duration.ofHours(1);

    private final Transactions transactions;
    private final Stores stores;
    private final LastResort lastResort;
    private final String owner;
    private final Clock clock;

    /** In the pipeline now. Guarded by this. */
    private final Map<SpoolId, ClaimedRelease> inHand = new HashMap<>();

    /** When the database is to be asked next. Guarded by this. */
    private Instant look = Instant.MIN;

    private final Expectations expectations = new Expectations();

    /** Where it reads and writes. */
    public record Stores(
            QuarantineRepository quarantine,
            EndpointRepository endpoints,
            MessageRepository messages,
            TraceRepository traces,
            RawMailStore raw) {}

    /** Keeps a mail that is given up as {@code error}, where admins see it; nothing of its bytes is needed. */
    @FunctionalInterface
    public interface LastResort {
        void keep(Arrived mail, String error);
    }

    /** @param owner the name under which this server takes leases, the same after every start */
    public Releases(Transactions transactions, Stores stores, LastResort lastResort, String owner, Clock clock) {
        this.transactions = transactions;
        this.stores = stores;
        this.lastResort = lastResort;
        this.owner = owner;
        this.clock = clock;
    }

    /** At the start: what this server had in hand when it stopped is due at once. */
    public void takeUp() {
        transactions.run(tx -> stores.quarantine().giveBackAll(tx, owner, clock.instant()));
    }

    /** Something is due. */
    public synchronized void wake() {
        look = Instant.MIN;
        notifyAll();
    }

    @Override
    public Optional<SpooledMail> claim(Duration wait) throws InterruptedException {
        synchronized (this) {
            if (clock.instant().isBefore(look)) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, wait.toNanos()));
            }
            if (clock.instant().isBefore(look)) {
                return Optional.empty();
            }
            look = clock.instant().plus(LOOK_EVERY);
        }
        try {
            return take();
        } catch (Unavailable away) {
            LOG.debug("releases wait for the database", away);
            return Optional.empty();
        }
    }

    private Optional<SpooledMail> take() {
        Instant now = clock.instant();
        Set<SpoolId> without = inHand();
        Optional<ClaimedRelease> claimed =
                transactions.in(tx -> stores.quarantine().claimRelease(tx, owner, without, now, now.plus(LEASE)));
        synchronized (this) {
            claimed.ifPresent(release -> {
                inHand.put(release.mail().spool(), release);
                look = Instant.MIN; // there may be more
            });
        }
        return claimed.map(release -> new ReleasedMail(release.mail(), release.attempt(), stores.raw()));
    }

    private synchronized Set<SpoolId> inHand() {
        return Set.copyOf(inHand.keySet());
    }

    private synchronized ClaimedRelease held(SpoolId id) {
        ClaimedRelease release = inHand.get(id);
        if (release == null) {
            throw new IllegalStateException(id + " is not being released here");
        }
        return release;
    }

    /** Whether a mail in hand went through the pipeline after all, under a lease that ended. */
    public boolean isReleased(SpoolId id) {
        HeldMail mail = held(id).mail();
        return transactions
                .in(tx -> stores.quarantine().find(tx, mail.workspace(), mail.id()))
                .filter(item -> item instanceof Accepted accepted && accepted.release() instanceof Release.Done)
                .isPresent();
    }

    /** The receipt that the pipeline is done with it; what the steps did goes to the end of the mail's trace. */
    public void finish(SpoolId id, List<Step> steps) {
        HeldMail mail = held(id).mail();
        EmailAddress recipient = mail.passage().recipient();
        List<Step> own = steps.stream().map(step -> step.forOnly(recipient)).toList();
        transactions.run(tx -> {
            MessageId message = delivered(tx, mail).orElse(null);
            if (stores.quarantine().released(tx, mail.id(), owner, message, clock.instant())) {
                stores.traces().append(tx, mail.spool().value(), own);
            }
            tx.afterCommit(() -> expectations.met(mail.id()));
        });
    }

    /** What it became; where its endpoint was removed meanwhile, that stands at the workspace's outbound mailbox. */
    private Optional<MessageId> delivered(Tx tx, HeldMail mail) {
        EmailAddress recipient = mail.passage().recipient();
        return stores.messages()
                .delivered(tx, mail.spool(), Entrance.of(mail.endpoint(), recipient))
                .or(() -> stores.endpoints()
                        .system(tx, mail.workspace())
                        .flatMap(mailbox ->
                                stores.messages().delivered(tx, mail.spool(), Entrance.of(mailbox.id(), recipient))));
    }

    /** To be asked for before the decision, so that its end is not missed. */
    Expectations.Expected expect(QuarantineId id) {
        return expectations.expect(id);
    }

    @Override
    public void processed(SpoolId id) {
        letGo(id);
    }

    @Override
    public void retry(SpoolId id, Instant notBefore) {
        int attempt = held(id).attempt();
        if (attempt >= MOST_TRIES) {
            giveUp(id, "it was let out of quarantine, and came to nothing at " + attempt + " tries");
        } else {
            giveBack(letGo(id), notBefore, true);
        }
    }

    @Override
    public void postpone(SpoolId id, Instant notBefore) {
        giveBack(letGo(id), notBefore, false);
    }

    /** What is let out of quarantine waits for its time, of which there is enough. */
    @Override
    public void due(SpoolId id) {}

    @Override
    public void setAside(SpoolId id, String why) {
        giveUp(id, "it was let out of quarantine, and cannot be read: " + why);
    }

    /**
     * Keeping it and the receipt are two transactions. After a stop between them the mail is kept and still due: its next try finds it
     * kept and writes the receipt; its trace may lack the step {@code given_up}.
     */
    private void giveUp(SpoolId id, String error) {
        HeldMail mail = held(id).mail();
        LOG.error("{} is given up: {}", mail.id(), error);
        try {
            lastResort.keep(arrived(mail), error);
            finish(id, List.of(new Step(clock.instant(), "release", "All", "Releases", "given_up", error, 0)));
            letGo(id);
        } catch (RuntimeException broken) {
            LOG.error("{} could not be given up; that is tried again", mail.id(), broken);
            giveBack(letGo(id), clock.instant().plus(BROKEN_PAUSE), false);
        }
    }

    /** By what is kept beside its bytes. */
    private static Arrived arrived(HeldMail mail) {
        Passage passage = mail.passage();
        return new Arrived(
                passage.spool(),
                mail.arrivedAt(),
                passage.reversePath(),
                passage.recipient(),
                header(mail.shown()),
                passage.classification(),
                passage.authentication(),
                mail.raw().digest(),
                mail.raw().size());
    }

    private static MessageHeader header(Shown shown) {
        return new MessageHeader(
                shown.originators(),
                List.of(),
                shown.to(),
                List.of(),
                shown.subject(),
                null,
                null,
                List.of(),
                List.of(),
                List.of());
    }

    private synchronized HeldMail letGo(SpoolId id) {
        HeldMail mail = held(id).mail();
        inHand.remove(id);
        return mail;
    }

    private void giveBack(HeldMail mail, Instant notBefore, boolean counts) {
        synchronized (this) {
            look = look.isBefore(notBefore) ? look : notBefore;
        }
        try {
            transactions.run(tx -> stores.quarantine().giveBack(tx, mail.id(), owner, notBefore, counts));
        } catch (Unavailable away) {
            LOG.debug("{} is due again when its lease ends", mail.id(), away);
        }
    }

    @Override
    public int arrivalsPerSecond() {
        return 0;
    }

    @Override
    public List<Waiting> waiting(int limit) {
        return List.of();
    }

    @Override
    public List<Damaged> damaged() {
        return List.of();
    }
}
