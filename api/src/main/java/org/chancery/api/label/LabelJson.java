package org.chancery.api.label;

import java.time.Instant;
import org.chancery.api.http.Field;
import org.chancery.core.label.Label;
import org.jspecify.annotations.Nullable;

/** A label. */
public record LabelJson(
        String labelId,
        String name,

        @Field("Such as #1f77b4; null where it has none.") @Nullable
        String color,

        Instant createdAt) {

    static LabelJson of(Label label) {
        return new LabelJson(label.id().text(), label.name(), label.color(), label.createdAt());
    }
}
