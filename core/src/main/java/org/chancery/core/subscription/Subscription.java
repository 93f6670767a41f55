package org.chancery.core.subscription;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.queue.RetryPolicy;
import org.chancery.core.tx.Tx;

/** One way of acting on events: what a kind of subscriber is told, and how. Used by many threads at once. */
public interface Subscription {

    Subscriber.Kind kind();

    /** Events of other types are not for anyone. */
    Set<EventType> types();

    /**
     * Whom an event is for.
     *
     * @param lane deliveries of one lane are made one after the other, in the order of their events
     * @param destination deliveries to one destination share its limit, so that a slow one delays nobody else
     */
    record Addressee(UUID subscriber, UUID lane, String destination) {}

    /** Says whom an event is for; asked in the transaction that moves the reader's cursor past it. */
    List<Addressee> addressees(Tx tx, DomainEvent event);

    /**
     * Tries once, within bounded time and outside of any transaction. What it brings about is idempotent by the delivery: after
     * a crash it is asked again.
     */
    Outcome attempt(EventDelivery delivery, DomainEvent event);

    /** When a failed attempt is followed by another one. */
    RetryPolicy retries();

    /** The delivery will not be tried any more; part of the transaction that records it. */
    void gaveUp(Tx tx, EventDelivery delivery, DomainEvent event, String why);
}
