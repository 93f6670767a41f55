package org.chancery.api.triage;

import org.chancery.api.http.Field;
import org.jspecify.annotations.Nullable;

/** What became of a mail that a person decided on. */
public record DoneJson(
        boolean ok,
        String handlingState,

        @Field("The mail that was sent, if one was.") @Nullable
        String messageId,

        @Field("What else there is to know.") @Nullable String note) {}
