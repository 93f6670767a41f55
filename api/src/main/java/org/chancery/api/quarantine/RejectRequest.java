package org.chancery.api.quarantine;

import org.chancery.api.http.Field;
import org.jspecify.annotations.Nullable;

/** An admin's no. */
public record RejectRequest(
        @Field(value = "For the record.", maxLength = 2000) @Nullable
        String note) {}
