package org.chancery.api.triage;

import org.chancery.api.http.Field;
import org.jspecify.annotations.Nullable;

/** An agent's wish that people go on. */
public record EscalateRequest(
        @Field(value = "Why; shown to those people.", maxLength = 2000) @Nullable
        String note) {}
