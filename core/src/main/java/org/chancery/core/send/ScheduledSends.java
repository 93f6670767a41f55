package org.chancery.core.send;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Agent;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.audit.Author;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.TokenId;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.send.Candidate.Content;
import org.chancery.core.send.Dispatch.Books;
import org.chancery.core.send.ScheduleRepository.Scheduled;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mail that was asked to leave at a later time. When that comes, it is decided on once more: by then its token may be revoked, the
 * endpoint's policy another one, or the answered mail with a person. What may not leave any more is cancelled, and its sender told.
 * Also takes back, for its sender, what has not left.
 */
public final class ScheduledSends {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduledSends.class);

    /** Due mails that are looked up at once. */
    private static final int AT_ONCE = 50;

    /** How long a mail that fails by a fault of ours is out of the way of the others. */
    private static final Duration ASIDE = Duration.ofMinutes(10);

    private final Transactions transactions;
    private final Books books;
    private final Dispatch dispatch;
    private final HeldSends held;
    private final RawMailStore raw;
    private final Clock clock;

    /** What a mail whose time has come goes through. */
    public record Steps(Dispatch dispatch, HeldSends held) {}

    public ScheduledSends(Transactions transactions, Books books, Steps steps, RawMailStore raw, Clock clock) {
        this.transactions = transactions;
        this.books = books;
        this.dispatch = steps.dispatch();
        this.held = steps.held();
        this.raw = raw;
        this.clock = clock;
    }

    /** Has all leave whose time has come; for a timer, every second or two. */
    public void sendDue() {
        List<Scheduled> due;
        do {
            Instant now = clock.instant();
            due = transactions.in(tx -> books.schedule().due(tx, now, AT_ONCE));
            due.forEach(this::send);
        } while (due.size() == AT_ONCE);
    }

    private void send(Scheduled due) {
        try {
            if (!transactions.durably(tx -> leave(tx, due, null))) {
                Content content = content(due);
                transactions.durably(tx -> leave(tx, due, content));
            }
        } catch (Unavailable away) {
            throw away;
        } catch (CallerFault refused) {
            Duration wait = refused.retryAfter();
            if (wait != null) {
                // A cap is reached: it leaves when the day is over.
                transactions.run(tx -> books.schedule()
                        .postpone(tx, due.message(), clock.instant().plus(wait)));
                return;
            }
            transactions.durably(tx -> find(tx, due)
                    .map(message ->
                            dispatch.timetable().cancel(tx, message, Author.SERVER, refused.text(), clock.instant()))
                    .orElse(false));
        } catch (RuntimeException broken) {
            LOG.error("{} cannot leave; it is tried again in {}", due.message(), ASIDE, broken);
            transactions.run(tx ->
                    books.schedule().postpone(tx, due.message(), clock.instant().plus(ASIDE)));
        }
    }

    private Content content(Scheduled due) {
        Outbound message = transactions.in(tx -> find(tx, due)).orElseThrow();
        try (InputStream in = raw.open(message.facts().raw())) {
            return new Content(new DraftText("", null), MessageReader.inFull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Outbound> find(Tx tx, Scheduled due) {
        return books.messages().find(tx, due.workspace(), due.message()).map(Outbound.class::cast);
    }

    /**
     * Decides about a mail, unless somebody else has.
     *
     * @param content what it says; null where it was not read, for most mail is of senders whose mail no rule holds
     * @return false, with nothing changed, where rules ask what it says
     */
    private boolean leave(Tx tx, Scheduled due, @Nullable Content content) {
        Instant now = clock.instant();
        // The answered mail is locked first, as whoever answers it does.
        MessageId answers = find(tx, due).map(Outbound::inReplyTo).orElse(null);
        Inbound answered = answers == null ? null : lockAnswered(tx, due, answers);
        if (!books.schedule().take(tx, due.message())) {
            return true;
        }
        Outbound message = books.messages()
                .lock(tx, due.workspace(), due.message())
                .map(Outbound.class::cast)
                .orElseThrow();
        Endpoint endpoint =
                books.endpoints().find(tx, due.workspace(), due.endpoint()).orElse(null);
        Principal sender = sender(tx, due, message.author(), now).orElse(null);
        ApprovalRules rules =
                sender == null ? null : dispatch.rulesOf(tx, sender).orElse(null);
        if (endpoint == null || sender == null || rules == null) {
            String reason = endpoint == null
                    ? EndpointRemoval.REASON
                    : "the token that asked for it was revoked, or may not send any more";
            dispatch.timetable().end(tx, message, Author.SERVER, reason, now);
            return true;
        }
        boolean isApproved =
                books.approvals().ofMessage(tx, due.workspace(), message.id()).isPresent();
        if (content == null && !isApproved && !rules.isEmpty()) {
            books.schedule().add(tx, due);
            return false;
        }
        Content known = content == null ? Content.unread(false) : content;
        Candidate candidate = candidate(sender, endpoint, message, answered, known);
        Verdict verdict = isApproved
                ? new Verdict.Allowed("people approved it")
                : dispatch.atItsTime(tx, candidate, answered, rules);
        switch (verdict) {
            case Verdict.Allowed ignored -> dispatch.leave(tx, message, answered, held.envelope(message), now);
            case Verdict.NeedsApproval waits -> {
                Dispatch.requireReviewable(candidate);
                held.holdScheduled(tx, candidate, waits, now);
            }
            case Verdict.NeedsPerson waits -> dispatch.timetable().end(tx, message, Author.SERVER, waits.reason(), now);
            case Verdict.Denied denied -> dispatch.timetable().end(tx, message, Author.SERVER, denied.reason(), now);
        }
        return true;
    }

    private @Nullable Inbound lockAnswered(Tx tx, Scheduled due, MessageId answered) {
        return books.messages()
                .lock(tx, due.workspace(), answered)
                .map(Inbound.class::cast)
                .orElse(null);
    }

    private static Candidate candidate(
            Principal sender, Endpoint endpoint, Outbound message, @Nullable Inbound answered, Content content) {
        // Where the answered mail leads was looked at when it was asked for, and does not change.
        return new Candidate(sender, endpoint, message, answered, false, false, content, Candidate.Look.NONE);
    }

    /** Whoever asked for it, as long as they may still send. */
    private Optional<Principal> sender(Tx tx, Scheduled due, Actor author, Instant now) {
        TokenId token = due.token();
        if (token == null) {
            return author instanceof Actor.Person person ? signedIn(tx, due, person) : Optional.empty();
        }
        return books.access()
                .standing(tx, due.workspace(), token)
                .flatMap(standing -> standing.principal(now))
                .filter(holder -> holder.may(Scope.EMAIL_SEND))
                .filter(holder -> isAtWork(tx, holder));
    }

    private Optional<Principal> signedIn(Tx tx, Scheduled due, Actor.Person person) {
        return books.access()
                .user(tx, due.workspace(), person.id())
                .filter(user -> user.isActive() && user.role().isAdmin())
                .map(user -> Principal.ofOurOwn(due.workspace(), person, due.endpoint()));
    }

    /** Nothing that a paused agent planned is done behind its back. */
    private boolean isAtWork(Tx tx, Principal holder) {
        return !(holder.actor() instanceof Actor.Program program)
                || books.access()
                        .agent(tx, holder.workspace(), program.id())
                        .filter(Agent::isActive)
                        .isPresent();
    }

    /**
     * Takes back what is scheduled or held: for who asked for it, and for admins. Durable on return.
     *
     * @param seen a message that the caller sees
     */
    public Outbound cancel(Principal by, Message seen, String reason) {
        boolean isRequester = seen instanceof Outbound outbound
                && outbound.author().idText().equals(by.actor().idText());
        if (!isRequester && (by.isProgram() || !by.isAdmin())) {
            throw CallerFault.forbidden("not_requester", "Only who asked for a mail, or an admin, takes it back.");
        }
        String why = reason.isBlank() ? "taken back" : reason;
        return transactions.durably(tx -> {
            Outbound message = outbound(tx, seen);
            boolean isCancelled = switch (message.status()) {
                case SCHEDULED -> dispatch.timetable().cancel(tx, message, by.author(), why, clock.instant());
                case HELD -> withdraw(tx, message, by, why);
                case DRAFT, QUEUED, SENDING, SENT, DELIVERED, BOUNCED, REJECTED, CANCELLED, FAILED -> false;
            };
            if (!isCancelled) {
                throw CallerFault.conflict(
                        "not_cancellable",
                        "The message is " + outbound(tx, seen).status().text()
                                + "; only what is scheduled or held is taken back.");
            }
            return outbound(tx, seen);
        });
    }

    private boolean withdraw(Tx tx, Outbound message, Principal by, String why) {
        books.approvals()
                .ofMessage(tx, message.facts().workspace(), message.id())
                .ifPresent(approval -> held.withdraw(tx, approval, by.author(), why));
        return outbound(tx, message).status() == OutboundStatus.CANCELLED;
    }

    private Outbound outbound(Tx tx, Message seen) {
        return books.messages()
                .find(tx, seen.facts().workspace(), seen.id())
                .filter(Outbound.class::isInstance)
                .map(Outbound.class::cast)
                .orElseThrow(
                        () -> CallerFault.conflict("not_cancellable", "The message came in; it cannot be taken back."));
    }
}
