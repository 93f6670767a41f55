package org.chancery.core.send;

import java.util.List;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.access.User;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointRepository.Closing;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.id.EndpointId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.tx.Transactions;

/**
 * Removes endpoints. In one transaction the address is gone, with all that could still come in or be done there; then what
 * waits at it is settled, page by page, because it can be much. After a crash between two pages {@link #sweep} goes on.
 * Its mail stays (ADR 17).
 */
public final class EndpointRemoval {
    /** Settled in one transaction: enough to share the cost of making it durable, few enough to be small. */
    private static final int PAGE = 50;

    private static final int ENDPOINTS_AT_ONCE = 100;
    private static final String REASON = "the endpoint was removed";

    /** Those states that ask for somebody's action. */
    private static final List<HandlingState> WAITING =
            List.of(HandlingState.ROUTED, HandlingState.AWAITING_REVIEW, HandlingState.UNROUTED);

    private final Transactions transactions;
    private final EndpointService endpoints;
    private final EndpointRepository repository;
    private final MessageRepository messages;
    private final AccessRepository access;
    private final Dispatch dispatch;

    public EndpointRemoval(
            Transactions transactions,
            EndpointService endpoints,
            EndpointRepository repository,
            MessageRepository messages,
            AccessRepository access,
            Dispatch dispatch) {
        this.transactions = transactions;
        this.endpoints = endpoints;
        this.repository = repository;
        this.messages = messages;
        this.access = access;
        this.dispatch = dispatch;
    }

    /** Removes an endpoint of the caller's workspace and settles what waits there; durable on return. */
    public void remove(Principal by, EndpointId id) {
        transactions.durably(tx -> endpoints.remove(tx, by, id));
        settle(new Closing(by.workspace(), id, by.maker()));
    }

    /** Settles what is left of earlier removals. For a timer, every hour or so. */
    public void sweep() {
        transactions.in(tx -> repository.closing(tx, ENDPOINTS_AT_ONCE)).forEach(this::settle);
    }

    private void settle(Closing closing) {
        Actor by = transactions
                .in(tx -> access.user(tx, closing.workspace(), closing.by()))
                .map(User::email)
                .<Actor>map(email -> new Actor.Person(closing.by(), email))
                .orElseThrow();
        for (HandlingState state : WAITING) {
            List<Candidate.Discard> page;
            do {
                page = waiting(closing, state).stream()
                        .map(message -> new Candidate.Discard(message, by, REASON))
                        .toList();
                dispatch.close(page);
            } while (page.size() == PAGE);
        }
        transactions.run(tx -> repository.closed(tx, closing.endpoint()));
    }

    private List<Inbound> waiting(Closing closing, HandlingState state) {
        MessageQuery query = new MessageQuery(
                closing.workspace(), List.of(closing.endpoint()), null, true, state, null, null, null, null);
        return transactions.in(tx -> messages.page(tx, query, PAGE)).stream()
                .map(Inbound.class::cast)
                .toList();
    }
}
