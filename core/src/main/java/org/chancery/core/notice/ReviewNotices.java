package org.chancery.core.notice;

import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Role;
import org.chancery.core.access.Scope;
import org.chancery.core.access.User;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.approval.ApprovalView;
import org.chancery.core.approval.Reviewers;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.notice.NoticeText.Occasion;
import org.chancery.core.queue.RetryPolicy;
import org.chancery.core.send.OwnMail;
import org.chancery.core.subscription.EventDelivery;
import org.chancery.core.subscription.Outcome;
import org.chancery.core.subscription.Subscriber;
import org.chancery.core.subscription.Subscription;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells reviewers by mail of what waits for their approval, also where somebody edited what they approved before, and owners of what
 * nobody decided in time: at their own addresses
 * elsewhere, never whoever asked for it. A notice leaves from the workspace's outbound mailbox by the one door out, once for each
 * event and person, and is itself held by nothing.
 */
public final class ReviewNotices implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(ReviewNotices.class);

    private static final RetryPolicy RETRIES =
            new RetryPolicy(List.of(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofHours(1)));

    /** People of a workspace who are looked at. */
    private static final int MAX_PEOPLE = 1_000;

    /** People who are told of one approval; with more, nobody feels meant. */
    private static final int MAX_TOLD = 50;

    /** A program in a loop asks for more in a minute than a person reads in a week; the list shows them all. */
    private static final int MAX_HOURLY = 30;

    private final Transactions transactions;
    private final Stores stores;
    private final ApprovalView view;
    private final NoticePost post;
    private final PeoplesAddresses addresses;
    private final Clock clock;
    private final HourlyCounts told = new HourlyCounts(MAX_HOURLY);

    /** Where it reads. */
    public record Stores(
            AccessRepository access,
            ApprovalRepository approvals,
            MessageRepository messages,
            EndpointRepository endpoints) {}

    /** @param isHosted whether mail for a domain comes to us */
    public ReviewNotices(
            Transactions transactions,
            Stores stores,
            ApprovalView view,
            OwnMail letters,
            Predicate<String> isHosted,
            Clock clock) {
        this.transactions = transactions;
        this.stores = stores;
        this.view = view;
        this.post = new NoticePost(letters, clock);
        this.addresses = new PeoplesAddresses(isHosted);
        this.clock = clock;
    }

    @Override
    public Subscriber.Kind kind() {
        return Subscriber.Kind.NOTICE;
    }

    @Override
    public Set<EventType> types() {
        return Set.of(EventType.APPROVAL_QUEUED, EventType.APPROVAL_CHANGED, EventType.APPROVAL_EXPIRED);
    }

    @Override
    public List<Addressee> addressees(Tx tx, DomainEvent event) {
        Approval approval = approval(tx, event).orElse(null);
        if (approval == null) {
            return List.of();
        }
        Set<UserId> reviewers = switch (occasion(event)) {
            case QUEUED -> stores.access().holdersOf(tx, event.workspace(), Scope.APPROVALS_WRITE, clock.instant());
            case CHANGED ->
                Reviewers.ofAnotherVersion(
                        stores.approvals().decisions(tx, approval.id()),
                        approval.held().digest());
            case EXPIRED -> Set.of();
        };
        List<Addressee> told = stores.access().users(tx, event.workspace(), null, MAX_PEOPLE).stream()
                .filter(person -> isTold(person, occasion(event), reviewers))
                .filter(person -> mayBeTold(person, approval))
                // Of very many, those who answer for the workspace.
                .sorted(Comparator.comparing(User::role))
                .limit(MAX_TOLD)
                .map(person -> new Addressee(person.id().value(), person.id().value(), "notices"))
                .toList();
        if (told.isEmpty() && occasion(event) == Occasion.EXPIRED) {
            nobodyIsTold(approval);
        }
        return told;
    }

    /** The operator hears of it: else a mail that should have left would be forgotten. */
    private static void nobodyIsTold(Approval approval) {
        LOG.warn(
                "{} expired undecided, and no owner of {} has an address elsewhere to be told at; an owner has it wait again"
                        + " by POST /v1/approvals/{}/reopen/",
                approval.id(),
                approval.workspace(),
                approval.id());
    }

    private static Occasion occasion(DomainEvent event) {
        return switch (event.type()) {
            case APPROVAL_CHANGED -> Occasion.CHANGED;
            case APPROVAL_EXPIRED -> Occasion.EXPIRED;
            default -> Occasion.QUEUED;
        };
    }

    private static boolean isTold(User person, Occasion occasion, Set<UserId> reviewers) {
        return switch (occasion) {
            case QUEUED -> person.role().isAdmin() || reviewers.contains(person.id());
            case CHANGED -> reviewers.contains(person.id());
            case EXPIRED -> person.role() == Role.OWNER;
        };
    }

    /** Nobody is told of what they asked for themselves. */
    private static boolean mayBeTold(User person, Approval approval) {
        String requester = approval.requestedBy().actor().idText();
        return person.isActive()
                && !person.id().text().equals(requester)
                && PeoplesAddresses.of(person).isPresent();
    }

    private Optional<Approval> approval(Tx tx, DomainEvent event) {
        return event.payload().get("approval_id") instanceof String text
                ? ApprovalId.parse(text).flatMap(id -> stores.approvals().find(tx, event.workspace(), id))
                : Optional.empty();
    }

    @Override
    public Outcome attempt(EventDelivery delivery, DomainEvent event) {
        try {
            UserId person = new UserId(delivery.subscriber().id());
            MessageId id =
                    OwnMail.idFor(event.id().value(), "notice:" + event.id().text() + ':' + person.text());
            if (transactions
                    .in(tx -> stores.messages().find(tx, event.workspace(), id))
                    .isPresent()) {
                return new Outcome.Delivered(null, "sent before");
            }
            Approval approval = transactions.in(tx -> approval(tx, event)).orElseThrow();
            Occasion occasion = occasion(event);
            ApprovalStatus waited = occasion == Occasion.EXPIRED ? ApprovalStatus.EXPIRED : ApprovalStatus.PENDING;
            if (approval.status() != waited) {
                return new Outcome.Refused(
                        null, "the approval is " + approval.status().text() + " by now");
            }
            return send(approval, occasion, person, id);
        } catch (Unavailable away) {
            return new Outcome.Postponed("something of ours is away", Duration.ofSeconds(5));
        } catch (CallerFault refused) {
            return new Outcome.Refused(null, refused.code() + ": " + refused.text());
        }
    }

    private Outcome send(Approval approval, Occasion occasion, UserId to, MessageId id) {
        WorkspaceId workspace = approval.workspace();
        EmailAddress address = transactions
                .in(tx -> stores.access().user(tx, workspace, to))
                .flatMap(addresses::elsewhere)
                .orElse(null);
        if (address == null) {
            if (occasion == Occasion.EXPIRED && isForAllOwners(approval, to)) {
                nobodyIsTold(approval);
            }
            return new Outcome.Refused(null, "the person has no address elsewhere any more");
        }
        if (!told.take(to, clock.instant())) {
            return new Outcome.Refused(null, "the person was told of " + MAX_HOURLY + " within this hour already");
        }
        Endpoint from =
                transactions.in(tx -> stores.endpoints().system(tx, workspace)).orElseThrow();
        Outbound held = transactions
                .in(tx -> stores.messages().find(tx, workspace, approval.held().message()))
                .map(Outbound.class::cast)
                .orElseThrow();
        return post.send(new NoticeText(approval, held, view.readInFull(held), occasion).notice(), address, from, id);
    }

    /** Whether no owner can be told, and this is the one of them for whom that is said. */
    private boolean isForAllOwners(Approval approval, UserId to) {
        List<User> owners =
                transactions.in(tx -> stores.access().users(tx, approval.workspace(), null, MAX_PEOPLE)).stream()
                        .filter(person -> isTold(person, Occasion.EXPIRED, Set.of()))
                        .filter(person -> mayBeTold(person, approval))
                        .toList();
        return owners.stream().noneMatch(owner -> addresses.elsewhere(owner).isPresent())
                && owners.stream()
                        .findFirst()
                        .filter(first -> first.id().equals(to))
                        .isPresent();
    }

    @Override
    public RetryPolicy retries() {
        return RETRIES;
    }

    /** The approval waits all the same, in the list that everybody can look at. */
    @Override
    public void gaveUp(Tx tx, EventDelivery delivery, DomainEvent event, String why) {}
}
