package org.chancery.core.access;

import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/** Which tokens somebody may know of. */
public sealed interface TokenSight {
    WorkspaceId workspace();

    /** All of the workspace. */
    record All(WorkspaceId workspace) implements TokenSight {}

    /** A person's own: those that act for the person. */
    record OfPerson(WorkspaceId workspace, UserId person) implements TokenSight {}

    /** Those made for an agent, at whichever inbox. */
    record OfAgent(WorkspaceId workspace, AgentId agent) implements TokenSight {}

    /** Those made for an inbox; with that agent, or with none. */
    record OfInbox(
            WorkspaceId workspace,
            EndpointId endpoint,
            @Nullable AgentId agent) implements TokenSight {}
}
