package org.chancery.api.quarantine;

import org.chancery.api.http.Field;
import org.jspecify.annotations.Nullable;

/** An admin's yes. */
public record AcceptRequest(
        @Field(
                value =
                        "The user to whom the sender's address is to be bound, so that their mail is routed from now on.",
                maxLength = 64)
        @Nullable
        String bindUserId,

        @Field(value = "For the record.", maxLength = 2000) @Nullable
        String note) {}
