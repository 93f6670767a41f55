package org.chancery.core.report;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Journal;
import org.chancery.core.endpoint.RecipientLookup;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.endpoint.ReturnPaths.Named;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.EventId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.FeedbackReport;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.queue.EarlyReports;
import org.chancery.core.queue.EarlyReports.Early;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.queue.MessageOutcomes.Reason;
import org.chancery.core.queue.OutcomeRecord;
import org.chancery.core.queue.QueueRepository;
import org.chancery.core.queue.RecipientOutcome;
import org.chancery.core.queue.RecipientOutcome.Bounced;
import org.chancery.core.queue.ReportMail;
import org.chancery.core.report.ReportRepository.Complaint;
import org.chancery.core.report.ReportedRecipients.Spoken;
import org.chancery.core.suppression.Suppression.Cause;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Ties a report that came back to the mail that it is about, and records it: once for each report and message, however often
 * it is asked to. The mail that brought it goes its own way.
 *
 * <p>Anybody can write a report, and what it says ends deliveries and suppresses addresses. So it counts only
 *
 * <ul>
 *   <li>at the signed return path of the mail, or where it shows that path: nobody has it but who handled the mail at the
 *       domain to which it was given, and it counts for recipients there alone; for {@link #SIGNED_FOR} after the mail was handed
 *       over, for those who handled it once are not to be believed for ever;
 *   <li>else, at the endpoint that sent the mail (or at the workspace's postmaster and abuse), where it shows the mail's
 *       Message-ID and names one of its recipients, for {@link #NAMED_FOR} after it was handed over, and where authentication
 *       has disproved nothing. A Message-ID is known to everybody who has an answer to the mail: such a report suppresses nobody.
 * </ul>
 *
 * <p>Standards: RFC 3464, RFC 5965, RFC 3834 §4.
 */
public final class ReturnedReports {
    /** Longer than any server tries (RFC 5321 §4.5.4.1: four to five days), and than people leave their mail unread. */
    public static final Duration SIGNED_FOR = Duration.ofDays(30);

    /** What servers try, and two days more. */
    public static final Duration NAMED_FOR = Duration.ofDays(7);

    /** What is recorded of a report is kept for longer than any report on the same mail counts. */
    private static final Duration KEPT_FOR = SIGNED_FOR.multipliedBy(2);

    /** Forgotten in one transaction. */
    private static final int FORGOTTEN_AT_ONCE = 1_000;

    private static final Set<OutboundStatus> LEAVING = EnumSet.of(OutboundStatus.QUEUED, OutboundStatus.SENDING);

    /** Reports in the form of complaints that are none: RFC 5965 §7.3, RFC 6591 §3.1. */
    private static final Set<String> NO_COMPLAINTS = Set.of("not-spam", "auth-failure");

    /** In which somebody says that they do not want such mail. Others, such as {@code virus}, are what a filter thinks of this one. */
    private static final Set<String> UNWANTED = Set.of("abuse", "fraud", "opt-out", "opt-out-list");

    private final Transactions transactions;
    private final RecipientLookup directory;
    private final ReturnPaths returnPaths;
    private final Stores stores;
    private final MessageOutcomes outcomes;
    private final Clock clock;

    /** Where it reads and writes. */
    public record Stores(
            MessageRepository messages,
            QueueRepository queue,
            EarlyReports early,
            ReportRepository reports,
            Journal journal) {}

    public ReturnedReports(
            Transactions transactions,
            RecipientLookup directory,
            ReturnPaths returnPaths,
            Stores stores,
            MessageOutcomes outcomes,
            Clock clock) {
        this.transactions = transactions;
        this.directory = directory;
        this.returnPaths = returnPaths;
        this.stores = stores;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    /**
     * How a report came.
     *
     * @param recipient the envelope recipient
     * @param authentication what is known of who sent it
     */
    public record Came(ReportMail mail, EmailAddress recipient, AuthenticationResults authentication) {}

    /** What was made of it, for the trace. */
    public sealed interface Recorded {
        String reason();

        /** It ended deliveries. */
        record Bounces(String reason) implements Recorded {}

        /** It is a complaint. */
        record Complaint(String reason) implements Recorded {}

        /** It changed nothing. */
        record Nothing(String reason) implements Recorded {}
    }

    /**
     * A message that a report is about.
     *
     * @param path of the message, where the report shows one; else it is known by its Message-ID
     */
    private record Tie(
            WorkspaceId workspace,
            MessageId message,
            @Nullable Named path) {}

    /**
     * Records a report.
     *
     * @throws Unavailable while the database is away
     */
    public Recorded record(Came came, ReturnedReport report) {
        Destination destination = directory.find(came.recipient());
        if (destination instanceof Destination.Away) {
            throw new Unavailable("looking up " + came.recipient(), null);
        }
        return transactions.in(tx -> tie(tx, came, destination, report)
                .map(tie -> record(tx, came, report, tie))
                .orElseGet(() -> new Recorded.Nothing("about no mail of ours that can be told")));
    }

    /** Forgets which reports were recorded where none of them can come again. For a timer, every hour or so. */
    public void sweep() {
        Instant before = clock.instant().minus(KEPT_FOR);
        forget(tx -> stores.reports().forget(tx, before, FORGOTTEN_AT_ONCE));
        forget(tx -> stores.reports().forgetComplaints(tx, before, FORGOTTEN_AT_ONCE));
        forget(tx -> stores.early().forget(tx, before, FORGOTTEN_AT_ONCE));
    }

    private void forget(Function<Tx, Integer> some) {
        int forgotten = FORGOTTEN_AT_ONCE;
        while (forgotten == FORGOTTEN_AT_ONCE) {
            forgotten = transactions.in(some);
        }
    }

    private Optional<Tie> tie(Tx tx, Came came, Destination destination, ReturnedReport report) {
        if (destination instanceof Destination.ReturnPath path) {
            return signed(
                    tx, returnPaths.named(came.recipient().localPart()).orElseGet(() -> new Named(path.message(), "")));
        }
        Optional<Tie> shown = report.shownPaths().stream()
                .flatMap(local -> returnPaths.named(local).stream())
                .findFirst()
                .flatMap(path -> signed(tx, path));
        InternetMessageId original = report.original();
        if (shown.isPresent() || original == null || isDisproved(came.authentication())) {
            return shown;
        }
        return bearing(tx, destination, original)
                .map(message -> new Tie(message.facts().workspace(), message.id(), null));
    }

    private Optional<Tie> signed(Tx tx, Named path) {
        return stores.messages()
                .workspaceOf(tx, path.message())
                .map(workspace -> new Tie(workspace, path.message(), path));
    }

    /** For whom the report can speak, and how far it is believed. */
    private Spoken spoken(Outbound message, Tie tie) {
        List<RecipientStatus> all = message.recipients();
        Named path = tie.path();
        if (path == null) {
            return new Spoken(all, false);
        }
        if (path.destination().isEmpty()) {
            // Made for no destination, it was given to all of them.
            return new Spoken(
                    all,
                    all.stream().map(one -> one.address().domain()).distinct().count() == 1);
        }
        return new Spoken(
                all.stream()
                        .filter(one -> returnPaths.isTowards(path, one.address().domain()))
                        .toList(),
                true);
    }

    private static boolean isDisproved(AuthenticationResults authentication) {
        return authentication.failedPolicy().isPresent()
                || authentication.unverifiedPolicy().isPresent()
                || authentication.spf().result() == Result.FAIL;
    }

    /** The mail with that Message-ID which left from where the report came to. */
    private Optional<Outbound> bearing(Tx tx, Destination destination, InternetMessageId id) {
        return switch (destination) {
            case Destination.Hosted hosted -> stores.messages().outboundOf(tx, hosted.endpoint(), id);
            case Destination.Disabled disabled -> stores.messages().outboundOf(tx, disabled.endpoint(), id);
            case Destination.Admins admins -> composed(tx, admins.workspace(), id);
            case Destination.ReturnPath ignored -> Optional.empty();
            case Destination.Unknown ignored -> Optional.empty();
            case Destination.Foreign ignored -> Optional.empty();
            case Destination.Away ignored -> Optional.empty();
        };
    }

    /** Wherever in the workspace it left from: the ids that we make begin with the message's own. */
    private Optional<Outbound> composed(Tx tx, WorkspaceId workspace, InternetMessageId id) {
        int at = id.value().indexOf('@');
        return MessageId.parse(at < 0 ? "" : id.value().substring(0, at))
                .flatMap(message -> stores.messages().find(tx, workspace, message))
                .filter(message -> id.equals(message.facts().internetId()))
                .flatMap(message -> message instanceof Outbound outbound ? Optional.of(outbound) : Optional.empty());
    }

    private Recorded record(Tx tx, Came came, ReturnedReport report, Tie tie) {
        Message found =
                stores.messages().lock(tx, tie.workspace(), tie.message()).orElse(null);
        if (!(found instanceof Outbound message)) {
            return new Recorded.Nothing("about a mail that did not leave");
        }
        Instant now = clock.instant();
        Duration most = tie.path() != null ? SIGNED_FOR : NAMED_FOR;
        if (handedOver(message).plus(most).isBefore(now)) {
            return new Recorded.Nothing("later than " + most.toDays() + " days after the mail");
        }
        if (!stores.reports().remember(tx, came.mail().id(), message.id(), now)) {
            return new Recorded.Nothing("recorded before");
        }
        return switch (report) {
            case ReturnedReport.OfDelivery delivery -> bounced(tx, came, delivery, message, tie, now);
            case ReturnedReport.OfComplaint complaint -> complaint(tx, came, complaint.report(), message, tie, now);
        };
    }

    /** When the last of the servers that have it got it, as far as is known. */
    private static Instant handedOver(Outbound message) {
        return message.recipients().stream()
                .filter(recipient -> recipient.progress() == Progress.DELIVERED)
                .map(RecipientStatus::at)
                .filter(at -> at != null && at.isAfter(message.facts().occurredAt()))
                .max(Instant::compareTo)
                .orElse(message.facts().occurredAt());
    }

    private Recorded bounced(
            Tx tx, Came came, ReturnedReport.OfDelivery delivery, Outbound message, Tie tie, Instant now) {
        List<Bounced> said = ReportedRecipients.bounced(delivery.report(), spoken(message, tie));
        List<RecipientOutcome> counted = outcomes.record(
                tx, message, at(message, Progress.DELIVERED, said), came.mail().evidence(), now);
        // Who says so of a mail that nobody was given yet is wrong; the delivery goes on. But a peer that has just been
        // given it may be faster than the record of its 250.
        List<Bounced> early = at(message, Progress.PENDING, said).stream()
                .filter(one -> LEAVING.contains(message.status()))
                .filter(one -> stores.queue()
                        .isUnderWay(tx, message.id(), one.recipient().domain(), now))
                .toList();
        early.forEach(one -> stores.early().keep(tx, new Early(message.id(), one, came.mail(), now)));
        if (counted.isEmpty() && early.isEmpty()) {
            return new Recorded.Nothing("ends no delivery of " + message.id().text());
        }
        return new Recorded.Bounces(message.id().text() + " for " + (counted.size() + early.size()) + " of its "
                + message.recipients().size() + (early.isEmpty() ? "" : ", when its attempt is recorded"));
    }

    /** Those about recipients who stand there. */
    private static List<Bounced> at(Outbound message, Progress progress, List<Bounced> said) {
        Set<EmailAddress> there = message.recipients().stream()
                .filter(recipient -> recipient.progress() == progress)
                .map(RecipientStatus::address)
                .collect(Collectors.toSet());
        return said.stream().filter(one -> there.contains(one.recipient())).toList();
    }

    private Recorded complaint(Tx tx, Came came, FeedbackReport report, Outbound message, Tie tie, Instant now) {
        if (NO_COMPLAINTS.contains(report.type())) {
            return new Recorded.Nothing("in the form of a complaint, and none");
        }
        // Nobody complains of what they did not get.
        Spoken arrived = spoken(message, tie).who(Progress.DELIVERED);
        List<EmailAddress> complaining = new ArrayList<>(ReportedRecipients.complaining(report, arrived));
        if (arrived.recipients().isEmpty() || (complaining.isEmpty() && !arrived.isSigned())) {
            return new Recorded.Nothing("names nobody to whom " + message.id().text() + " was delivered");
        }
        // All who suppress several do so in one order, and none of them waits for another who waits for it.
        complaining.sort(Comparator.comparing(EmailAddress::canonical));
        List<EmailAddress> suppressed = arrived.isSigned() && UNWANTED.contains(report.type())
                ? complaining.stream()
                        .filter(who -> stores.reports().remember(tx, new Complaint(message.id(), who, true), now))
                        .toList()
                : List.of();
        // Nobody may be known, and is told of once, too.
        List<Optional<EmailAddress>> told = (complaining.isEmpty()
                        ? Stream.of(Optional.<EmailAddress>empty())
                        : complaining.stream().map(Optional::of))
                .filter(who -> stores.reports().remember(tx, new Complaint(message.id(), who.orElse(null), false), now))
                .toList();
        if (suppressed.isEmpty() && told.isEmpty()) {
            return new Recorded.Nothing("complained of before");
        }
        Map<String, Object> evidence = came.mail().evidence();
        stores.journal()
                .append(
                        tx,
                        OutcomeRecord.of(AuditKind.MESSAGE_SPAM_COMPLAINT, message, complaining.size(), evidence, now));
        String note = "feedback type " + report.type();
        suppressed.forEach(
                who -> outcomes.suppress(tx, message, new Reason(who, Cause.COMPLAINT, note), evidence, now));
        told.forEach(who -> tell(tx, message, report, who.orElse(null), now));
        return new Recorded.Complaint("about " + message.id().text());
    }

    private void tell(Tx tx, Outbound message, FeedbackReport report, @Nullable EmailAddress recipient, Instant now) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("message_id", message.id().text());
        payload.put("thread_id", message.facts().thread().text());
        if (recipient != null) {
            payload.put("recipient", recipient.toString());
        }
        payload.put("feedback_type", report.type());
        stores.journal()
                .append(
                        tx,
                        new DomainEvent(
                                EventId.at(now),
                                message.facts().workspace(),
                                message.facts().endpoint(),
                                EventType.MESSAGE_SPAM_COMPLAINT,
                                payload,
                                now));
    }
}
