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
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.TraceRepository;
import org.chancery.core.mailbox.TraceRepository.Step;
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

    /** What cannot be read is tried again that much later; only an operator can mend it. */
    private static final Duration BROKEN_PAUSE = Duration.ofHours(1);

    private final Transactions transactions;
    private final Stores stores;
    private final String owner;
    private final Clock clock;

    /** In the pipeline now. Guarded by this. */
    private final Map<SpoolId, HeldMail> inHand = new HashMap<>();

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

    /** @param owner the name under which this server takes leases, the same after every start */
    public Releases(Transactions transactions, Stores stores, String owner, Clock clock) {
        this.transactions = transactions;
        this.stores = stores;
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
                inHand.put(release.mail().spool(), release.mail());
                look = Instant.MIN; // there may be more
            });
        }
        return claimed.map(release -> new ReleasedMail(release.mail(), release.attempt(), stores.raw()));
    }

    private synchronized Set<SpoolId> inHand() {
        return Set.copyOf(inHand.keySet());
    }

    private synchronized HeldMail held(SpoolId id) {
        HeldMail mail = inHand.get(id);
        if (mail == null) {
            throw new IllegalStateException(id + " is not being released here");
        }
        return mail;
    }

    /** Whether a mail in hand went through the pipeline after all, under a lease that ended. */
    public boolean isReleased(SpoolId id) {
        HeldMail mail = held(id);
        return transactions
                .in(tx -> stores.quarantine().find(tx, mail.workspace(), mail.id()))
                .filter(item -> item instanceof Accepted accepted && accepted.release() instanceof Release.Done)
                .isPresent();
    }

    /** The receipt that the pipeline is done with it; what the steps did goes to the end of the mail's trace. */
    public void finish(SpoolId id, List<Step> steps) {
        HeldMail mail = held(id);
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
        giveBack(letGo(id), notBefore, true);
    }

    @Override
    public void postpone(SpoolId id, Instant notBefore) {
        giveBack(letGo(id), notBefore, false);
    }

    @Override
    public void setAside(SpoolId id, String why) {
        HeldMail mail = letGo(id);
        LOG.error("{} was let out of quarantine and cannot be read: {}", mail.id(), why);
        giveBack(mail, clock.instant().plus(BROKEN_PAUSE), true);
    }

    private synchronized HeldMail letGo(SpoolId id) {
        HeldMail mail = held(id);
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
