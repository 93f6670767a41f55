package org.chancery.api.triage;

import org.chancery.api.http.Field;

/** To whom a mail is given. */
public record AssignRequest(
        @Field(value = "An active agent of the workspace.", notBlank = true)
        String agentId) {}
