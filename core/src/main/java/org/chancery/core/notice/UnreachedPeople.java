package org.chancery.core.notice;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.User;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.queue.RetryPolicy;
import org.chancery.core.send.OwnMail;
import org.chancery.core.subscription.EventDelivery;
import org.chancery.core.subscription.Outcome;
import org.chancery.core.subscription.Subscriber;
import org.chancery.core.subscription.Subscription;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/**
 * Tells admins by mail of a person whom the server's notices do not reach: they came back, were given up or called spam, and what
 * waits for that person would wait unseen. Of each person once a day at most, whatever comes back: these letters can come back
 * themselves, and what is written because of one is of the same day as it, so that they end.
 */
public final class UnreachedPeople implements Subscription {
    private static final RetryPolicy RETRIES = new RetryPolicy(List.of(Duration.ofMinutes(10), Duration.ofHours(1)));

    /** People of a workspace who are looked at. */
    private static final int MAX_PEOPLE = 1_000;

    /** Admins who are told of one person; owners first. */
    private static final int MAX_TOLD = 10;

    /** RFC 9562 §5.7: 48 bits of time, then the version. */
    private static final long VERSION = 0x7000;

    private final Transactions transactions;
    private final Stores stores;
    private final NoticePost post;
    private final PeoplesAddresses addresses;

    /** Where it reads. */
    public record Stores(AccessRepository access, MessageRepository messages, EndpointRepository endpoints) {}

    /** @param isHosted whether mail for a domain comes to us */
    public UnreachedPeople(
            Transactions transactions, Stores stores, OwnMail letters, Predicate<String> isHosted, Clock clock) {
        this.transactions = transactions;
        this.stores = stores;
        this.post = new NoticePost(letters, clock);
        this.addresses = new PeoplesAddresses(isHosted);
    }

    @Override
    public Subscriber.Kind kind() {
        return Subscriber.Kind.UNREACHED;
    }

    @Override
    public Set<EventType> types() {
        return Set.of(EventType.MESSAGE_BOUNCED, EventType.MESSAGE_FAILED, EventType.MESSAGE_SPAM_COMPLAINT);
    }

    @Override
    public List<Addressee> addressees(Tx tx, DomainEvent event) {
        User unreached = unreached(tx, event).orElse(null);
        if (unreached == null) {
            return List.of();
        }
        return stores.access().users(tx, event.workspace(), null, MAX_PEOPLE).stream()
                .filter(User::isActive)
                .filter(person -> person.role().isAdmin())
                .filter(person -> !person.id().equals(unreached.id()))
                .filter(person -> PeoplesAddresses.of(person).isPresent())
                .sorted(Comparator.comparing(User::role))
                .limit(MAX_TOLD)
                .map(person -> new Addressee(person.id().value(), person.id().value(), "notices"))
                .toList();
    }

    /** Whom a notice was for that the event is about; empty where it is about another mail, or the person is gone. */
    private Optional<User> unreached(Tx tx, DomainEvent event) {
        WorkspaceId workspace = event.workspace();
        return returned(event)
                .flatMap(id -> stores.messages().find(tx, workspace, id))
                .filter(found -> isNotice(tx, found))
                .map(found -> ((Outbound) found).recipients().getFirst().address())
                .flatMap(address -> stores.access().userByEmail(tx, workspace, address.canonical()))
                .filter(User::isActive);
    }

    private static Optional<MessageId> returned(DomainEvent event) {
        return event.payload().get("message_id") instanceof String text ? MessageId.parse(text) : Optional.empty();
    }

    /** A notice is for one person; copies for people are of other endpoints. */
    private boolean isNotice(Tx tx, Message found) {
        return found instanceof Outbound sent
                && sent.isLetter()
                && sent.recipients().size() == 1
                && stores.endpoints()
                        .find(tx, sent.facts().workspace(), sent.facts().endpoint())
                        .filter(Endpoint::isSystem)
                        .isPresent();
    }

    @Override
    public Outcome attempt(EventDelivery delivery, DomainEvent event) {
        try {
            UserId told = new UserId(delivery.subscriber().id());
            User unreached = transactions.in(tx -> unreached(tx, event)).orElse(null);
            User admin = transactions
                    .in(tx -> stores.access().user(tx, event.workspace(), told))
                    .filter(User::isActive)
                    .orElse(null);
            EmailAddress address =
                    admin == null ? null : addresses.elsewhere(admin).orElse(null);
            if (unreached == null || address == null) {
                return new Outcome.Refused(null, "the person is gone, or has no address elsewhere any more");
            }
            MessageId id = idOf(unreached.id(), told, dayOf(event));
            if (transactions
                    .in(tx -> stores.messages().find(tx, event.workspace(), id))
                    .isPresent()) {
                return new Outcome.Delivered(null, "told today already");
            }
            return send(event, unreached, address, id);
        } catch (Unavailable away) {
            return new Outcome.Postponed("something of ours is away", Duration.ofSeconds(5));
        } catch (CallerFault refused) {
            return new Outcome.Refused(null, refused.code() + ": " + refused.text());
        }
    }

    /** The event's; but that of the letter where one of these came back, be it days later. */
    private static Instant dayOf(DomainEvent event) {
        return returned(event)
                .flatMap(UnreachedPeople::dayOf)
                .orElseGet(() -> event.createdAt().truncatedTo(ChronoUnit.DAYS));
    }

    /** Empty where it is no id of {@link #idOf}: others have random bits behind the version. */
    private static Optional<Instant> dayOf(MessageId id) {
        long timed = id.value().getMostSignificantBits();
        Instant time = Instant.ofEpochMilli(timed >>> 16);
        return (timed & 0xFFFF) == VERSION && time.equals(time.truncatedTo(ChronoUnit.DAYS))
                ? Optional.of(time)
                : Optional.empty();
    }

    /** The same for all that comes back within one day. */
    private static MessageId idOf(UserId unreached, UserId told, Instant start) {
        long day = start.toEpochMilli();
        return OwnMail.idFor(
                new UUID(day << 16 | VERSION, 0), "unreached:" + day + ':' + unreached.text() + ':' + told.text());
    }

    private Outcome send(DomainEvent event, User unreached, EmailAddress to, MessageId id) {
        Endpoint from = transactions
                .in(tx -> stores.endpoints().system(tx, event.workspace()))
                .orElseThrow();
        return post.send(UnreachedText.of(event, unreached), to, from, id);
    }

    @Override
    public RetryPolicy retries() {
        return RETRIES;
    }

    /** The events tell of it all the same. */
    @Override
    public void gaveUp(Tx tx, EventDelivery delivery, DomainEvent event, String why) {}
}
