package org.chancery.api.triage;

import org.chancery.api.http.Field;
import org.jspecify.annotations.Nullable;

/** A person's decision not to answer. */
public record DiscardRequest(
        @Field(value = "Why; told to the draft's author.", maxLength = 2000) @Nullable
        String reason) {}
