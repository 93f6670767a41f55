package org.chancery.core.send;

import java.util.List;
import java.util.concurrent.Executor;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.approval.ApprovalRepository.Question;
import org.chancery.core.approval.ApprovalRepository.Whose;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Channel;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointRepository.Closing;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.id.EndpointId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.send.ScheduleRepository.Scheduled;
import org.chancery.core.tx.Transactions;

/**
 * Removes endpoints. In one transaction the address is gone, with all that could still come in or be done there; then what
 * waits at it is settled, page by page, because it can be much: a little while the caller waits, all else by {@link #sweep},
 * which also goes on after a crash between two pages. Its mail stays (ADR 17).
 */
public final class EndpointRemoval {
    /** Settled in one transaction: enough to share the cost of making it durable, few enough to be small. */
    private static final int PAGE = 50;

    /** An ordinary endpoint is settled when the caller hears of it; one with very much mail keeps nobody waiting. */
    private static final int PAGES_IN_CALL = 2;

    private static final int ENDPOINTS_AT_ONCE = 100;
    static final String REASON = "the endpoint was removed";

    /** Those states that ask for somebody's action. */
    private static final List<HandlingState> WAITING =
            List.of(HandlingState.ROUTED, HandlingState.AWAITING_REVIEW, HandlingState.UNROUTED);

    /** Mail that might still leave. */
    private static final List<ApprovalStatus> UNDECIDED = List.of(ApprovalStatus.PENDING, ApprovalStatus.EXPIRED);

    private final Transactions transactions;
    private final EndpointService endpoints;
    private final Stores stores;
    private final Dispatch dispatch;
    private final Executor later;

    /** Where what waits is found. */
    public record Stores(
            EndpointRepository endpoints,
            MessageRepository messages,
            ApprovalRepository approvals,
            AccessRepository access,
            ScheduleRepository schedule) {}

    /** @param later runs what nobody waits for, one after the other; it may lose it */
    public EndpointRemoval(
            Transactions transactions, EndpointService endpoints, Stores stores, Dispatch dispatch, Executor later) {
        this.transactions = transactions;
        this.endpoints = endpoints;
        this.stores = stores;
        this.dispatch = dispatch;
        this.later = later;
    }

    /** Removes an endpoint of the caller's workspace, durable on return, and settles what waits there, much of it later. */
    public void remove(Principal by, EndpointId id) {
        transactions.durably(tx -> endpoints.remove(tx, by, id));
        if (!settle(new Closing(by.workspace(), id, by.maker()), PAGES_IN_CALL)) {
            later.execute(this::sweep);
        }
    }

    /** Settles all that is left of earlier removals. Also for a timer, every hour or so. */
    public void sweep() {
        List<Closing> left;
        do {
            left = transactions.in(tx -> stores.endpoints().closing(tx, ENDPOINTS_AT_ONCE));
            left.forEach(closing -> settle(closing, Integer.MAX_VALUE));
        } while (left.size() == ENDPOINTS_AT_ONCE);
    }

    /** Whether nothing is left after so many pages. */
    private boolean settle(Closing closing, int pages) {
        // What is left of a removal is done by the server, on behalf of who asked for it.
        Author by = transactions
                .in(tx -> stores.access().user(tx, closing.workspace(), closing.by()))
                .map(person -> new Actor.Person(closing.by(), person.email()).author(Channel.SERVER, null))
                .orElseThrow();
        int left = pages;
        for (HandlingState state : WAITING) {
            List<Candidate.Discard> page = waiting(closing, state, by);
            while (!page.isEmpty()) {
                if (left == 0) {
                    return false;
                }
                dispatch.close(page);
                left--;
                page = waiting(closing, state, by);
            }
        }
        for (ApprovalStatus status : UNDECIDED) {
            List<Approval> page = held(closing, status);
            while (!page.isEmpty()) {
                if (left == 0) {
                    return false;
                }
                dispatch.close(page, REASON, by);
                left--;
                page = held(closing, status);
            }
        }
        List<Scheduled> planned = scheduled(closing);
        while (!planned.isEmpty()) {
            if (left == 0) {
                return false;
            }
            dispatch.cancel(planned, REASON, by);
            left--;
            planned = scheduled(closing);
        }
        transactions.run(tx -> stores.endpoints().closed(tx, closing.endpoint()));
        return true;
    }

    private List<Scheduled> scheduled(Closing closing) {
        return transactions.in(tx -> stores.schedule().at(tx, closing.endpoint(), PAGE));
    }

    private List<Approval> held(Closing closing, ApprovalStatus status) {
        Question question = new Question(closing.workspace(), new Whose.AtEndpoint(closing.endpoint()), status, null);
        return transactions.in(tx -> stores.approvals().page(tx, question, PAGE));
    }

    private List<Candidate.Discard> waiting(Closing closing, HandlingState state, Author by) {
        MessageQuery query = new MessageQuery(
                closing.workspace(), List.of(closing.endpoint()), null, true, state, null, null, null, null);
        return transactions.in(tx -> stores.messages().page(tx, query, PAGE)).stream()
                .map(Inbound.class::cast)
                .map(message -> new Candidate.Discard(message, by, REASON))
                .toList();
    }
}
