package org.chancery.api.approval;

import org.chancery.api.http.Field;
import org.jspecify.annotations.Nullable;

/** A reviewer's no. */
public record RefuseRequest(
        @Field(value = "Why; whoever asked is told.", maxLength = 2000) @Nullable
        String reason) {}
