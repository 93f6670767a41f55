package org.chancery.api.triage;

import org.chancery.api.http.Field;

/** Somebody is at a mail. */
public record PresenceRequest(
        @Field("Whether they write an answer, or only look.")
        boolean typing) {}
