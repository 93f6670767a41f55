package org.chancery.core.send;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.chancery.core.access.Actor;
import org.chancery.core.access.ApprovalRule;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.Approval.Held;
import org.chancery.core.approval.Approval.Requester;
import org.chancery.core.approval.ApprovalEvents;
import org.chancery.core.approval.ApprovalRecord;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.approval.HeldAction;
import org.chancery.core.audit.Author;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.FullReading;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.ChangedMail;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MissingMail;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.PinnedMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.RawMailStore.Kept;
import org.chancery.core.send.Dispatch.Books;
import org.chancery.core.send.SendPolicy.Verdict.NeedsApproval;
import org.chancery.core.tx.Tx;

/**
 * Mail that waits for an approval. It is kept whole, its bytes pinned by their digest: those are what people look at and what
 * leaves, or nothing does.
 */
public final class HeldSends implements HeldAction {
    /** Recipients that a summary names; of more, it says how many. */
    private static final int NAMED = 3;

    private static final int BUFFER = 64 * 1024;

    /** Edits at the same time: with its files a mail is in memory several times over. */
    private static final int EDITED_AT_ONCE = 2;

    private static final String CHANGED = "its bytes are not those that were held";

    private final Books books;
    private final Bytes bytes;
    private final Departure departure;
    private final Timetable timetable;
    private final Clock clock;
    private final Semaphore edited = new Semaphore(EDITED_AT_ONCE);

    /**
     * Where the bytes of mail are, and what a mail that leaves is given.
     *
     * @param maxSize octets of a composed mail
     */
    public record Bytes(RawMailStore raw, ReturnPaths returnPaths, long maxSize) {}

    /** @param wakeDelivery called after a commit that queued something */
    public HeldSends(Books books, Bytes bytes, Runnable wakeDelivery, Clock clock) {
        this.books = books;
        this.bytes = bytes;
        this.departure = new Departure(books, wakeDelivery, clock);
        this.timetable = new Timetable(books, departure);
        this.clock = clock;
    }

    /** Keeps a mail as held, with the approval that it waits for. */
    ApprovalId hold(Tx tx, Candidate candidate, NeedsApproval why, Instant now) {
        Outbound message = candidate.message().as(OutboundStatus.HELD);
        MessageFacts facts = message.facts();
        if (candidate.opensThread()) {
            books.messages().addThread(tx, facts.thread(), facts.workspace(), facts.endpoint(), facts.subject(), now);
        }
        books.messages().add(tx, message);
        return await(tx, candidate, message, why, now);
    }

    /** Holds a scheduled message whose token was restricted after it asked for it. */
    void holdScheduled(Tx tx, Candidate candidate, NeedsApproval why, Instant now) {
        Outbound message = candidate.message();
        if (!books.messages().move(tx, message.id(), OutboundStatus.SCHEDULED, OutboundStatus.HELD, now)) {
            throw new IllegalStateException(message.id() + " is not scheduled");
        }
        await(tx, candidate, message, why, now);
    }

    private ApprovalId await(Tx tx, Candidate candidate, Outbound message, NeedsApproval why, Instant now) {
        ApprovalRule rule = why.rule();
        MessageFacts facts = message.facts();
        requireEndpoint(tx, facts.endpoint(), now);
        Approval approval = new Approval(
                ApprovalId.at(now),
                new Held(facts.workspace(), facts.endpoint(), message.id(), facts.raw(), summary(message)),
                Requester.of(candidate.principal()),
                rule,
                why.holder(),
                ApprovalStatus.PENDING,
                "",
                now,
                rule.expiresAfter() == null ? null : now.plus(rule.expiresAfter()));
        books.approvals().add(tx, approval);
        books.audit()
                .append(
                        tx,
                        ApprovalRecord.queued(
                                approval, facts.size(), candidate.principal().author()));
        ApprovalEvents.append(books.events(), tx, EventType.APPROVAL_QUEUED, approval, Map.of(), now);
        return approval.id();
    }

    private static String summary(Outbound message) {
        List<RecipientStatus> recipients = message.recipients();
        String named = recipients.stream()
                .limit(NAMED)
                .map(recipient -> recipient.address().toString())
                .collect(Collectors.joining(", "));
        String more = recipients.size() > NAMED ? " and " + (recipients.size() - NAMED) + " more" : "";
        return "Mail to " + named + more + ": " + message.facts().subject();
    }

    @Override
    public Looked look(Approval approval, Edits edits) {
        RawDigest pinned = approval.held().digest();
        try {
            return edits.isNone() ? compare(pinned) : edit(pinned, edits);
        } catch (MissingMail missing) {
            // The store may only be away, such as a volume that is not mounted: nobody's decision is lost by that.
            throw new Unavailable("to read what " + approval.id() + " is about", missing);
        }
    }

    private Looked compare(RawDigest pinned) {
        return digest(pinned).equals(pinned) ? new Looked.Intact() : new Looked.Damaged(CHANGED);
    }

    private Looked edit(RawDigest pinned, Edits edits) {
        edited.acquireUninterruptibly();
        try {
            FullReading mail = read(pinned);
            List<OutgoingMail.Attachment> files =
                    AttachedFiles.of(bytes.raw(), pinned, EditedMail.files(mail), bytes.maxSize());
            return keep(EditedMail.of(mail, files, edits, clock.instant()));
        } catch (ChangedMail changed) {
            return new Looked.Damaged(CHANGED);
        } finally {
            edited.release();
        }
    }

    private Looked.Edited keep(EditedMail.Composed composed) {
        if (composed.bytes().length > bytes.maxSize()) {
            throw CallerFault.tooLarge("The mail would have " + composed.bytes().length + " octets; the limit is "
                    + bytes.maxSize() + ".");
        }
        Kept kept = keep(composed.bytes());
        return new Looked.Edited(kept.digest(), kept.size(), composed.subject());
    }

    private Kept keep(byte[] mail) {
        try {
            return bytes.raw().putDurably(new ByteArrayInputStream(mail));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RawDigest digest(RawDigest mail) {
        var sha256 = RawDigest.algorithm();
        try (InputStream in = bytes.raw().open(mail)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return RawDigest.finish(sha256.digest());
    }

    private FullReading read(RawDigest mail) {
        try (InputStream in = PinnedMail.open(bytes.raw(), mail)) {
            FullReading reading = MessageReader.inFull(in);
            in.transferTo(OutputStream.nullOutputStream());
            return reading;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Held revise(Tx tx, Approval approval, Looked.Edited version) {
        Outbound message = lock(tx, approval);
        MessageFacts facts = message.facts();
        Outbound revised = new Outbound(
                new MessageFacts(
                        facts.id(),
                        facts.workspace(),
                        facts.endpoint(),
                        facts.thread(),
                        facts.from(),
                        facts.to(),
                        facts.cc(),
                        facts.bcc(),
                        version.subject(),
                        facts.internetId(),
                        version.digest(),
                        version.size(),
                        facts.occurredAt()),
                message.status(),
                message.inReplyTo(),
                message.author(),
                message.handler(),
                // RFC 3834 §5: what a person put their hand to is not automatic, and does not say so.
                false,
                message.recipients(),
                null,
                null,
                message.sendAt());
        books.messages().revise(tx, message.id(), revised);
        Held held = approval.held();
        return new Held(held.workspace(), held.endpoint(), held.message(), version.digest(), summary(revised));
    }

    /** Nothing begins to wait, or leaves, at an endpoint whose removal ends all that waits there; none commits before this does. */
    void requireEndpoint(Tx tx, EndpointId endpoint, Instant now) {
        if (!books.endpoints().countArrival(tx, endpoint, Count.NOTHING, now)) {
            throw CallerFault.conflict(
                    "endpoint_removed", "The inbox was removed; no mail can be sent from there any more.");
        }
    }

    @Override
    public void requireDoable(Tx tx, Approval approval, Instant now) {
        requireEndpoint(tx, approval.held().endpoint(), now);
    }

    @Override
    public void execute(Tx tx, Approval approval, Author by, Instant now) {
        Outbound message = lock(tx, approval);
        if (!message.facts().raw().equals(approval.held().digest())) {
            throw new IllegalStateException(message.id() + " is not what " + approval.id() + " is about");
        }
        if (Timetable.isLater(message, now)) {
            move(tx, message, OutboundStatus.SCHEDULED, now);
            requireDoable(tx, approval, now);
            timetable.enter(tx, message, approval.requestedBy().token(), by, now);
            return;
        }
        move(tx, message, OutboundStatus.QUEUED, now);
        MessageId inReplyTo = message.inReplyTo();
        Inbound answered = inReplyTo == null
                ? null
                : books.messages()
                        .lock(tx, approval.workspace(), inReplyTo)
                        .map(Inbound.class::cast)
                        .orElse(null);
        // Behind the mails, as whoever answers or delivers them locks them first.
        requireDoable(tx, approval, now);
        Envelope envelope = envelope(message);
        String reason = "answered by " + message.author().label() + ", approved by " + by.label();
        books.audit().append(tx, SendRecord.released(message, envelope, approval, by, now));
        if (answered != null) {
            supersede(tx, message, answered, by);
            books.audit().append(tx, SendRecord.answered(answered, message, by, now));
        }
        departure.depart(tx, message.as(OutboundStatus.QUEUED), answered, envelope, reason, now);
    }

    /**
     * What else waits as an answer to that mail: its draft is superseded, as by every answer that leaves; what else is held is
     * decided on by itself, unless a person wrote this answer.
     */
    void supersede(Tx tx, Outbound answer, Inbound answered, Author by) {
        books.messages()
                .draftFor(tx, answered.id())
                .ifPresent(draft -> departure.rejectDraft(tx, draft, answered, Departure.SUPERSEDED, by));
        if (answer.author() instanceof Actor.Person) {
            withdrawFor(tx, answered, by, Departure.SUPERSEDED);
        }
    }

    /** To all its recipients, with its signed return path. */
    Envelope envelope(Outbound message) {
        String domain = EmailAddress.of(message.facts().from().address()).domain();
        return new Envelope(
                ReversePath.of(bytes.returnPaths().address(message.id(), domain)),
                message.recipients().stream().map(RecipientStatus::address).toList());
    }

    private void move(Tx tx, Outbound message, OutboundStatus next, Instant now) {
        if (!books.messages().move(tx, message.id(), OutboundStatus.HELD, next, now)) {
            throw new IllegalStateException(message.id() + " is not held");
        }
    }

    private Outbound lock(Tx tx, Approval approval) {
        return books.messages()
                .lock(tx, approval.workspace(), approval.held().message())
                .map(Outbound.class::cast)
                .orElseThrow();
    }

    @Override
    public void end(Tx tx, Approval approval, OutboundStatus status, Rejection why) {
        Outbound message = lock(tx, approval);
        if (!books.messages().end(tx, message.id(), OutboundStatus.HELD, status, why)) {
            throw new IllegalStateException(message.id() + " is not held");
        }
        if (status == OutboundStatus.REJECTED || status == OutboundStatus.FAILED) {
            // The agent hears of it as of its approval.
            departure.tell(
                    tx,
                    status == OutboundStatus.REJECTED ? EventType.MESSAGE_REJECTED : EventType.MESSAGE_FAILED,
                    message,
                    null,
                    Map.of(
                            "reason",
                            why.reason(),
                            "by",
                            why.by(),
                            "approval_id",
                            approval.id().text()),
                    why.at());
        }
    }

    /** Ends the held and scheduled answers to a mail that a person answered or wanted no answer to. */
    void withdrawFor(Tx tx, Inbound answered, Author by, String reason) {
        for (Outbound message : books.messages().waitingFor(tx, answered.id())) {
            boolean isWithdrawn = books.approvals()
                    .ofMessage(tx, answered.facts().workspace(), message.id())
                    .filter(approval -> withdraw(tx, approval, by, reason))
                    .isPresent();
            if (!isWithdrawn) {
                // Scheduled from the start or since it was approved, in this very moment maybe: who approves what
                // leaves later does not lock what it answers.
                timetable.cancel(tx, message, by, reason, clock.instant());
            }
        }
    }

    /** Ends what waits, or expired; false where somebody has decided by now. */
    boolean withdraw(Tx tx, Approval found, Author by, String reason) {
        Rejection why = new Rejection(reason, by.label(), clock.instant());
        Approval approval = books.approvals()
                .lock(tx, found.workspace(), found.id())
                .filter(now -> now.status().next().contains(ApprovalStatus.CANCELLED))
                .orElse(null);
        if (approval == null
                || !books.approvals()
                        .move(tx, approval.id(), approval.status(), ApprovalStatus.CANCELLED, why.reason())) {
            return false;
        }
        end(tx, approval, OutboundStatus.CANCELLED, why);
        books.audit().append(tx, ApprovalRecord.cancelled(approval, why.reason(), by, why.at()));
        ApprovalEvents.append(
                books.events(),
                tx,
                EventType.APPROVAL_CANCELLED,
                approval,
                Map.of("reason", why.reason(), "by", why.by()),
                why.at());
        return true;
    }
}
