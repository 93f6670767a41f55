package org.chancery.api.endpoint;

import org.chancery.api.http.Field;

/** What {@code PATCH /v1/api/email/workspace-mailbox} takes: the one thing that can be changed of it. */
public record WorkspaceMailboxRequest(
        @Field("The name in the address that agents without an endpoint of their own send from.")
        String localpart) {}
