package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;

import java.time.Instant;
import java.util.List;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.send.Candidate;
import org.chancery.core.send.Dispatch;
import org.chancery.core.send.HeldSends;
import org.chancery.core.send.ScheduledSends;
import org.chancery.core.send.SendCaps;
import org.chancery.core.tx.Transactions;
import org.chancery.testkit.clock.TurningClock;
import org.jspecify.annotations.Nullable;

/** The last steps of mail that leaves, over a real database, at a fresh endpoint; by hand, so that a test acts between them. */
final class SendLab {
    static final String CLIENT = "client@stranger.example";

    final Samples samples;
    final TurningClock clock = TurningClock.atStart();
    final RawMailStore raw = new CopiesContract.Bytes();
    final ReturnPaths returnPaths = new ReturnPaths(new byte[32]);
    final HeldSends held;
    final Dispatch dispatch;
    private final Store store;
    private final Dispatch.Books books;

    SendLab(Store store) {
        this(store, Samples.in(store), store.approvals());
    }

    SendLab(Store store, Samples samples, ApprovalRepository approvals) {
        this.store = store;
        this.samples = samples;
        this.books = new Dispatch.Books(
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
                approvals,
                store.access(),
                store.events(),
                store.audit(),
                store.schedule(),
                returnPaths);
        this.held = new HeldSends(books, new HeldSends.Bytes(raw, returnPaths, 1 << 20), () -> {}, clock);
        this.dispatch = new Dispatch(store.transactions(), books, held, () -> {}, clock);
    }

    ScheduledSends scheduled(Transactions transactions) {
        return new ScheduledSends(transactions, books, new ScheduledSends.Steps(dispatch, held), raw, clock);
    }

    void remove() {
        store.transactions().in(tx -> store.endpoints().remove(tx, samples.endpoint.id(), samples.person.id(), NOW));
    }

    /** A mail of the endpoint's own that asks to leave. */
    Outbound mail(@Nullable Inbound answered) {
        return by(
                new Actor.Address(samples.endpoint.id(), samples.endpoint.address()),
                samples.outbound(
                        answered == null
                                ? samples.keptThread()
                                : answered.facts().thread(),
                        OutboundStatus.QUEUED,
                        answered == null ? null : answered.id(),
                        CLIENT));
    }

    static Outbound by(Actor author, Outbound mail) {
        return new Outbound(
                mail.facts(),
                mail.status(),
                mail.inReplyTo(),
                author,
                null,
                false,
                mail.recipients(),
                null,
                null,
                mail.sendAt());
    }

    /** The same with other facts. */
    static Outbound of(Outbound mail, MessageFacts facts) {
        return new Outbound(
                facts,
                mail.status(),
                mail.inReplyTo(),
                mail.author(),
                null,
                false,
                mail.recipients(),
                null,
                null,
                mail.sendAt());
    }

    /** The same that is to leave at that time. */
    static Outbound at(Outbound mail, Instant time) {
        return new Outbound(
                mail.facts(),
                mail.status(),
                mail.inReplyTo(),
                mail.author(),
                null,
                false,
                mail.recipients(),
                null,
                null,
                time);
    }

    /** One that asks to leave at the endpoint, as that is now, on behalf of its author. */
    Candidate candidate(Outbound mail, @Nullable Inbound answered) {
        return candidate(mail, answered, "");
    }

    Candidate candidate(Outbound mail, @Nullable Inbound answered, String obscurity) {
        return new Candidate(
                Principal.ofOurOwn(samples.workspace.id(), mail.author(), samples.endpoint.id()),
                store.transactions()
                        .in(tx -> store.endpoints().kept(tx, samples.workspace.id(), samples.endpoint.id()))
                        .orElseThrow(),
                mail,
                answered,
                false,
                false,
                new Candidate.Content(new DraftText("Hello", null), false, obscurity),
                Candidate.Look.NONE);
    }

    Envelope envelope(Outbound mail) {
        return new Envelope(
                ReversePath.of(returnPaths.address(mail.id(), samples.workspace.domain())),
                mail.recipients().stream().map(RecipientStatus::address).toList());
    }
}
