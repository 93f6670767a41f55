package org.chancery.core.endpoint;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps endpoints, their counters and how many turns senders had. */
public interface EndpointRepository {

    /** Whether it was added; false where the address is taken. A former address of another endpoint is free. */
    boolean add(Tx tx, Endpoint endpoint);

    /** One that there is: none that was removed. */
    Optional<Endpoint> find(Tx tx, WorkspaceId workspace, EndpointId id);

    /** The same, locked until the transaction ends, so that changes of it queue up behind one another. */
    Optional<Endpoint> lock(Tx tx, WorkspaceId workspace, EndpointId id);

    /** One that there is or was: the mail of an endpoint outlives it. */
    Optional<Endpoint> kept(Tx tx, WorkspaceId workspace, EndpointId id);

    /** Those of the endpoints that there are or were, in no order. */
    List<Endpoint> all(Tx tx, WorkspaceId workspace, Set<EndpointId> ids);

    /** By whole canonical address, whatever the workspace; a former one of an outbound mailbox leads to it. */
    Optional<Endpoint> byAddress(Tx tx, String address);

    /** The workspace of the endpoint that had the address until it was removed; of several, the last. */
    Optional<WorkspaceId> formerOwner(Tx tx, String address);

    /** Writes behaviour and time of change. */
    void update(Tx tx, Endpoint endpoint);

    /**
     * Gives an endpoint the local part and address that it has here; what it had before goes on reaching it, until somebody
     * else wants it.
     *
     * @return false, with nothing changed, where the new address is taken
     */
    boolean rename(Tx tx, Endpoint endpoint);

    /**
     * Takes an endpoint out of service: nothing finds it but {@link #kept} and {@link #all}, nothing that would wait is counted
     * there any more, no agent has it, and its addresses are free.
     *
     * @return those addresses
     */
    List<String> remove(Tx tx, EndpointId id, UserId by, Instant at);

    /** Endpoints that were removed and at which something may still wait. */
    List<Closing> closing(Tx tx, int limit);

    /** One of those, with who removed it. */
    record Closing(WorkspaceId workspace, EndpointId endpoint, UserId by) {}

    /** Nothing waits any more at an endpoint that was removed. */
    void closed(Tx tx, EndpointId id);

    /** The workspace's outbound mailbox. */
    Optional<Endpoint> system(Tx tx, WorkspaceId workspace);

    /** Endpoints of a workspace, oldest first, those after the given one. */
    List<Endpoint> page(Tx tx, WorkspaceId workspace, @Nullable EndpointId after, int limit);

    /** Endpoints which an agent handles, oldest first. */
    List<Endpoint> ofAgent(Tx tx, WorkspaceId workspace, AgentId agent, int limit);

    /** Counters of these endpoints; those without any have {@link EndpointCounters#NONE}. */
    Map<EndpointId, EndpointCounters> counters(Tx tx, WorkspaceId workspace, List<EndpointId> ids);

    /** Sums over the workspace: what waits for people now. */
    EndpointCounters totals(Tx tx, WorkspaceId workspace);

    /** Gives an endpoint of the agents' plane that has no agent this one; false where it has one by now, or takes none. */
    boolean wire(Tx tx, EndpointId endpoint, AgentId agent, Instant at);

    /** Adds to the counters of an endpoint. */
    void count(Tx tx, EndpointId endpoint, Count change, Instant at);

    /**
     * The same for a mail that is to wait or to be handled there.
     *
     * @return false, with nothing counted, where the endpoint was removed; no removal commits between a true answer and the
     *     end of the transaction
     */
    boolean countArrival(Tx tx, EndpointId endpoint, Count change, Instant at);

    /**
     * What to add; negative for what waits no more. Each method adds to one counter, and to nothing else:
     * {@code Count.NOTHING.received(1).unrouted(1)}.
     *
     * @param isMail whether a mail came or went, so that the endpoint's last one is this; one that is held back did not come
     */
    record Count(
            int received,
            int replied,
            int awaitingReview,
            int unrouted,
            int quarantined,
            int escalated,
            boolean isMail) {
        public static final Count NOTHING = new Count(0, 0, 0, 0, 0, 0, false);

        /** A mail that came. */
        public Count received(int more) {
            return new Count(received + more, replied, awaitingReview, unrouted, quarantined, escalated, true);
        }

        /** A mail that went and answers none. */
        public Count sent() {
            return new Count(received, replied, awaitingReview, unrouted, quarantined, escalated, true);
        }

        /** A mail that went and answers another. */
        public Count replied(int more) {
            return new Count(received, replied + more, awaitingReview, unrouted, quarantined, escalated, true);
        }

        public Count awaitingReview(int more) {
            return new Count(received, replied, awaitingReview + more, unrouted, quarantined, escalated, isMail);
        }

        public Count unrouted(int more) {
            return new Count(received, replied, awaitingReview, unrouted + more, quarantined, escalated, isMail);
        }

        public Count quarantined(int more) {
            return new Count(received, replied, awaitingReview, unrouted, quarantined + more, escalated, isMail);
        }

        public Count escalated(int more) {
            return new Count(received, replied, awaitingReview, unrouted, quarantined, escalated + more, isMail);
        }
    }

    /**
     * Takes one turn of the sender at the endpoint for that day, where both limits leave one.
     *
     * @param sender canonical address
     * @param day UTC
     * @return whether there was one left
     */
    boolean takeTurn(Tx tx, EndpointId endpoint, String sender, LocalDate day, int perSender, int perDay);

    /** Forgets the turns of the days before that one; returns how many entries went. */
    int forgetTurns(Tx tx, LocalDate before);
}
