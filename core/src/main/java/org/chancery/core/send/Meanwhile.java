package org.chancery.core.send;

import java.time.Clock;
import java.util.Optional;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Agent;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.send.Dispatch.Books;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Looks again, in the transaction that keeps or queues a mail, at what may have changed while it was written and composed: the
 * mail that it answers, its endpoint, and the agent in whose place the model wrote it.
 */
final class Meanwhile {
    private final Books books;
    private final Departure departure;
    private final HeldSends held;
    private final Clock clock;

    Meanwhile(Books books, Departure departure, HeldSends held, Clock clock) {
        this.books = books;
        this.departure = departure;
        this.held = held;
        this.clock = clock;
    }

    /** What a mail answers, as it is by now and stays until the transaction ends; first in it. */
    @Nullable
    Inbound lockAnswered(Tx tx, Candidate candidate) {
        Inbound answers = candidate.answers();
        if (answers == null) {
            return null;
        }
        return (Inbound) books.messages()
                .lock(tx, answers.facts().workspace(), answers.id())
                .orElseThrow(() -> CallerFault.notFound("message"));
    }

    /**
     * The same at its endpoint as that is by now; behind {@link #lockAnswered}. What is done here commits before a removal of the
     * endpoint, or not at all.
     */
    Candidate atItsEndpoint(Tx tx, Candidate candidate) {
        Endpoint composedAt = candidate.endpoint();
        held.requireEndpoint(tx, composedAt.id(), clock.instant());
        return candidate.at(books.endpoints()
                .find(tx, composedAt.workspace(), composedAt.id())
                .orElseThrow(() -> CallerFault.notFound("endpoint")));
    }

    /**
     * Why what the model wrote in an agent's place is not wanted any more: a model takes its time, and a person may have answered or
     * discarded the mail, given it to somebody else, or switched the agent off.
     *
     * @param answered locked
     */
    Optional<Verdict.Denied> endOfTurn(Tx tx, Candidate candidate, @Nullable Inbound answered) {
        if (!candidate.isOfModel()
                || answered == null
                || !(candidate.principal().actor() instanceof Actor.Program program)) {
            return Optional.empty();
        }
        boolean hasTurn = answered.state() == HandlingState.ROUTED
                ? program.id().equals(answered.agent())
                : departure.isAssigned(tx, program, answered);
        if (!hasTurn) {
            return Optional.of(new Verdict.Denied("turn_over", "It is not the agent's turn any more."));
        }
        return books.access()
                        .agent(tx, answered.facts().workspace(), program.id())
                        .filter(Agent::worksByModel)
                        .isPresent()
                ? Optional.empty()
                : Optional.of(new Verdict.Denied("agent_not_active", "The agent is not there for it any more."));
    }
}
