package org.chancery.core.triage;

import java.util.List;
import org.chancery.core.access.Principal;
import org.chancery.core.id.EndpointId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.MessageRepository.Filter;
import org.chancery.core.mailbox.Visibility;
import org.chancery.core.triage.MailSight.Row;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * What waits for people, and what came and went. A list shows its first rows; totals come from counters, so that no answer
 * takes longer where there is more mail.
 */
public final class ReviewQueues {

    /** {@code seeds/email-endpoints-and-triage.txt}, "The review queue": each queue is capped. */
    public static final int MAX_QUEUE = 200;

    private final Transactions transactions;
    private final MailSight sight;

    public ReviewQueues(Transactions transactions, MailSight sight) {
        this.transactions = transactions;
        this.sight = sight;
    }

    /** How many wait in all. */
    public record Counts(long awaitingReview, long unrouted) {}

    /** The queues, and how many really wait in each. */
    public record Review(List<Row> awaitingReview, List<Row> unrouted, Counts counts) {}

    /** What waits for a person. */
    public Review review(Principal by) {
        return transactions.in(tx -> new Review(
                queue(tx, by, HandlingState.AWAITING_REVIEW),
                seesUnrouted(by) ? queue(tx, by, HandlingState.UNROUTED) : List.of(),
                counts(tx, by)));
    }

    /** How much waits, without what it is. */
    public Counts counts(Principal by) {
        return transactions.in(tx -> counts(tx, by));
    }

    private Counts counts(Tx tx, Principal by) {
        return new Counts(
                sight.total(tx, by, null, HandlingState.AWAITING_REVIEW),
                seesUnrouted(by) ? sight.total(tx, by, null, HandlingState.UNROUTED) : 0);
    }

    /** Mail without a handler is the admins' concern. */
    private static boolean seesUnrouted(Principal by) {
        return by.isAdmin() && !Visibility.isLimitedToEndpoints(by);
    }

    private List<Row> queue(Tx tx, Principal by, HandlingState state) {
        return sight.page(tx, by, Filter.inState(state), null, MAX_QUEUE);
    }

    /** A page of everything that happened, newest first, and how much there is. */
    public record Activity(List<Row> rows, long total) {}

    /**
     * Mail in and out of the caller's sight.
     *
     * @param state only inbound mail in that state; null means all but what the pipeline gave up
     */
    public Activity activity(
            Principal by, @Nullable HandlingState state, @Nullable EndpointId endpoint, int limit, int offset) {
        Filter filter = new Filter(endpoint, state == null ? null : true, state, null, null, null);
        return transactions.in(tx ->
                new Activity(sight.pageFrom(tx, by, filter, offset, limit), sight.total(tx, by, endpoint, state)));
    }
}
