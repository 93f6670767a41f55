package org.chancery.core.access;

import java.time.Instant;
import org.chancery.core.id.WorkspaceId;

/**
 * A tenant: owns people, agents, endpoints and all their mail.
 *
 * @param domain the domain of its addresses, lower case
 * @param slug what sets its addresses apart on a shared domain ({@code sales-acme@}); empty where it owns the domain
 */
public record Workspace(WorkspaceId id, String name, String domain, String slug, Instant createdAt) {

    /** The address of a local part in this workspace. */
    public String address(String localPart) {
        return slug.isEmpty() ? localPart + '@' + domain : localPart + '-' + slug + '@' + domain;
    }
}
