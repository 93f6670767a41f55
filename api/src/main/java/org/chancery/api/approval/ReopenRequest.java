package org.chancery.api.approval;

import org.chancery.api.http.Field;
import org.jspecify.annotations.Nullable;

/** An owner wants something that expired to be decided after all. */
public record ReopenRequest(
        @Field(value = "For the record.", maxLength = 2000) @Nullable
        String note) {}
