package org.chancery.core.mailbox;

import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/**
 * Who is to handle an inbound mail, decided before it is stored.
 *
 * @param endpoint the mailbox that it goes into
 * @param folder the folder in that mailbox
 * @param state the state that it begins in
 * @param agent who gets the turn, or whose work people do; set for {@code ROUTED} and {@code AWAITING_REVIEW} only
 * @param maxTurnsPerSenderDay limit of the endpoint, looked at for {@code ROUTED} only
 * @param maxTurnsPerDay the same for all senders together
 * @param reason why, for people and the record
 * @param about the thread of the message whose return path the mail came to; null where it came to no return path
 */
public record Handling(
        WorkspaceId workspace,
        EndpointId endpoint,
        String folder,
        HandlingState state,
        @Nullable AgentId agent,
        int maxTurnsPerSenderDay,
        int maxTurnsPerDay,
        String reason,
        @Nullable ThreadId about) {

    /** Of a mail to an address that people write to. */
    public Handling(
            WorkspaceId workspace,
            EndpointId endpoint,
            String folder,
            HandlingState state,
            @Nullable AgentId agent,
            int maxTurnsPerSenderDay,
            int maxTurnsPerDay,
            String reason) {
        this(workspace, endpoint, folder, state, agent, maxTurnsPerSenderDay, maxTurnsPerDay, reason, null);
    }

    /** The same place, where nobody gets a turn. */
    public Handling ending(HandlingState end, String why) {
        return new Handling(workspace, endpoint, folder, end, null, 0, 0, why, about);
    }
}
