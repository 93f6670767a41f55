package org.chancery.api.message;

import org.chancery.api.http.Field;
import org.jspecify.annotations.Nullable;

/** What {@code POST /v1/messages/{id}/cancel/} may take. */
public record CancelRequest(
        @Field(value = "Why it is taken back; kept with the message.", maxLength = 2000) @Nullable
        String reason) {}
