package org.chancery.core.quarantine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Principal;
import org.chancery.core.access.SenderBindings;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Digests;
import org.chancery.core.audit.Journal;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.UserId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.quarantine.Quarantined.Accepted;
import org.chancery.core.quarantine.Quarantined.Decision;
import org.chancery.core.quarantine.Quarantined.Pending;
import org.chancery.core.quarantine.Quarantined.Rejected;
import org.chancery.core.quarantine.Quarantined.Release;
import org.chancery.core.screening.SpamLearning;
import org.chancery.core.screening.SpamLearning.Lesson;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * What admins decide about held mail. Who comes second finds nothing pending; a request that is repeated under its key gets
 * its own answer again.
 */
public final class QuarantineDecisions {
    /** What somebody may wait for who accepts a mail; later the answer says that it is on its way. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String BIND_TO = "/bind_user_id";

    private static final String RECORDED_ONLY =
            "The decision is recorded, and the mail stays where it is: its endpoint does not take mail from the sender. Pass"
                    + " bind_user_id to bind the sender to a user; then their mail is routed.";

    private final Transactions transactions;
    private final Stores stores;
    private final Screening screening;
    private final After after;
    private final Clock clock;

    /** Where it reads and writes. */
    public record Stores(
            QuarantineRepository quarantine,
            EndpointRepository endpoints,
            AccessRepository access,
            MessageRepository messages,
            Journal journal) {}

    /**
     * Who is told of a decision.
     *
     * @param learning what decides about later mail like it
     * @param raw reads the mail for that
     */
    public record After(Releases releases, SpamLearning learning, RawMailStore raw) {}

    public QuarantineDecisions(
            Transactions transactions, Stores stores, Screening screening, After after, Clock clock) {
        this.transactions = transactions;
        this.stores = stores;
        this.screening = screening;
        this.after = after;
        this.clock = clock;
    }

    /**
     * A person's yes.
     *
     * @param bindTo to whom the sender's address is to be bound, or null
     * @param note for the record; empty where they say nothing
     */
    public record Acceptance(@Nullable UserId bindTo, String note) {}

    /**
     * What came of it.
     *
     * @param state of the message that the mail became; null while it is none
     * @param message null while it is none
     * @param note what else there is to know; null where there is nothing
     */
    public record Answer(
            @Nullable HandlingState state,
            @Nullable MessageId message,
            @Nullable String note) {}

    /**
     * Lets a mail in, and binds its sender where that is asked for. The person overrules the reason why it was held, and not
     * the endpoint's sender policy: the mail is delivered where that admits the sender by now. Durable on return; waits a
     * little for the delivery, so that the answer can tell of it.
     *
     * @param key of the request
     */
    public Answer accept(Principal by, QuarantineId id, Acceptance wanted, UUID key) throws InterruptedException {
        try (Expectations.Expected expected = after.releases().expect(id)) {
            Accepted accepted = transactions.durably(tx -> decidedBefore(tx, by, id, key, Accepted.class)
                    .orElseGet(() -> accept(tx, by, pending(tx, by, id), wanted, key)));
            teach(accepted.mail(), Lesson.HAM);
            if (accepted.release() instanceof Release.Due) {
                expected.await(PATIENCE);
            }
            return transactions.in(tx -> answer(tx, accepted));
        }
    }

    private Accepted accept(Tx tx, Principal by, Pending pending, Acceptance wanted, UUID key) {
        HeldMail mail = pending.mail();
        Instant now = clock.instant();
        UserId bindTo = wanted.bindTo();
        if (bindTo != null) {
            bind(tx, mail, bindTo);
        }
        Release release = screening.stranger(tx, mail).isEmpty() ? new Release.Due() : new Release.RecordOnly();
        Accepted accepted = pending.accept(new Decision(key, by.actor(), now, wanted.note(), bindTo), release);
        if (!stores.quarantine().accept(tx, accepted)) {
            throw QuarantineService.notFound();
        }
        boolean isDue = release instanceof Release.Due;
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("redelivers", isDue);
        if (bindTo != null) {
            told.put("bind_user_id", bindTo.text());
        }
        settle(tx, mail, accepted.decision(), EventType.QUARANTINE_ACCEPTED, told);
        record(tx, AuditKind.QUARANTINE_ACCEPTED, mail, accepted.decision(), by, told);
        if (isDue) {
            tx.afterCommit(after.releases()::wake);
        }
        return accepted;
    }

    /** Keeps a mail out, for good. Durable on return. */
    public void reject(Principal by, QuarantineId id, String note, UUID key) {
        Rejected rejected = transactions.durably(tx -> decidedBefore(tx, by, id, key, Rejected.class)
                .orElseGet(() -> reject(tx, by, pending(tx, by, id), note, key)));
        teach(rejected.mail(), Lesson.SPAM);
    }

    private void teach(HeldMail mail, Lesson lesson) {
        after.learning()
                .learn(
                        mail.workspace(),
                        mail.spool(),
                        lesson,
                        () -> after.raw().open(mail.raw().digest()));
    }

    private Rejected reject(Tx tx, Principal by, Pending pending, String note, UUID key) {
        Rejected rejected = pending.reject(new Decision(key, by.actor(), clock.instant(), note, null));
        if (!stores.quarantine().reject(tx, rejected)) {
            throw QuarantineService.notFound();
        }
        settle(tx, rejected.mail(), rejected.decision(), EventType.QUARANTINE_REJECTED, Map.of());
        record(tx, AuditKind.QUARANTINE_REJECTED, rejected.mail(), rejected.decision(), by, Map.of());
        return rejected;
    }

    private void settle(Tx tx, HeldMail mail, Decision decision, EventType type, Map<String, Object> told) {
        stores.endpoints().count(tx, mail.endpoint(), Count.NOTHING.quarantined(-1), decision.at());
        Map<String, Object> further = new LinkedHashMap<>(told);
        further.put("by", decision.by().label());
        if (!decision.note().isEmpty()) {
            further.put("note", decision.note());
        }
        stores.journal().append(tx, QuarantineService.event(type, mail, further, decision.at()));
    }

    /** What was decided and why it was held; of the mail and of what the person wrote, digests. */
    private void record(Tx tx, AuditKind kind, HeldMail mail, Decision decision, Principal by, Map<String, ?> told) {
        Map<String, Object> details = new LinkedHashMap<>(told);
        details.put("inbox_id", mail.endpoint().text());
        details.put("reason", mail.suspicion().reason().text());
        details.put("raw_digest", mail.raw().digest().hex());
        details.put("size", mail.raw().size());
        details.put("note_digest", Digests.ofText(decision.note()));
        AuditEntry entry = new AuditEntry(
                mail.workspace(), decision.at(), kind, by.author(), mail.id().text(), details);
        stores.journal().append(tx, entry);
    }

    /** One that waits, locked; whoever comes second finds none ({@code spec/SHAPES.md}, "Triage"). */
    private Pending pending(Tx tx, Principal by, QuarantineId id) {
        return find(tx, by, id, Pending.class).orElseThrow(QuarantineService::notFound);
    }

    private <T extends Quarantined> Optional<T> find(Tx tx, Principal by, QuarantineId id, Class<T> state) {
        return stores.quarantine()
                .lock(tx, by.workspace(), id)
                .filter(state::isInstance)
                .map(state::cast);
    }

    private <T extends Quarantined> Optional<T> decidedBefore(
            Tx tx, Principal by, QuarantineId id, UUID key, Class<T> state) {
        return find(tx, by, id, state).filter(item -> switch (item) {
            case Accepted accepted -> accepted.decision().key().equals(key);
            case Rejected rejected -> rejected.decision().key().equals(key);
            case Pending ignored -> false;
        });
    }

    private void bind(Tx tx, HeldMail mail, UserId to) {
        EmailAddress sender = mail.shown()
                .named()
                .orElseThrow(() -> CallerFault.invalid(
                        BIND_TO,
                        "no_sender",
                        "cannot be used: the mail does not name one sender with an address that could be bound"));
        new SenderBindings(stores.access()).add(tx, mail.workspace(), to, sender, BIND_TO);
    }

    private Answer answer(Tx tx, Accepted decided) {
        HeldMail mail = decided.mail();
        Accepted now = stores.quarantine()
                .find(tx, mail.workspace(), mail.id())
                .filter(Accepted.class::isInstance)
                .map(Accepted.class::cast)
                .orElse(decided);
        return switch (now.release()) {
            case Release.RecordOnly ignored -> new Answer(null, null, RECORDED_ONLY);
            case Release.Due ignored ->
                new Answer(null, null, join("The mail is on its way to its mailbox.", ofBinding(tx, now)));
            case Release.Done done -> {
                Inbound message = done.message() == null
                        ? null
                        : stores.messages()
                                .find(tx, mail.workspace(), done.message())
                                .filter(Inbound.class::isInstance)
                                .map(Inbound.class::cast)
                                .orElse(null);
                yield message == null
                        ? new Answer(null, null, ofBinding(tx, now))
                        : new Answer(message.state(), message.id(), ofBinding(tx, now));
            }
        };
    }

    /** A bound address opens doors, so whoever binds one is told where nothing proves that the mail is from there. */
    private @Nullable String ofBinding(Tx tx, Accepted accepted) {
        AuthenticationResults results = accepted.mail().passage().authentication();
        if (accepted.decision().bound() == null || results.dmarc().result() == Result.PASS) {
            return null;
        }
        return screening
                .stillHeld(tx, accepted.mail())
                .map(why ->
                        "The sender's address is bound, and mail that proves it no better than this one will be held"
                                + " again: " + why + ".")
                .orElseGet(() ->
                        "The sender's address is bound, and nothing proves that this mail came from there (DMARC: "
                                + results.dmarc().result().text() + "): others can write under the same address.");
    }

    private static String join(String one, @Nullable String other) {
        return other == null ? one : one + " " + other;
    }
}
