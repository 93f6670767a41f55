package org.chancery.api.label;

import org.chancery.api.http.Field;
import org.chancery.api.http.Given;
import org.chancery.core.label.Label;
import org.chancery.core.label.LabelService.Change;
import org.jspecify.annotations.Nullable;

/** What {@code PATCH /v1/labels/{id}/} takes. */
public record LabelChange(
        @Field(
                value = "What people know it by; no two labels have the same, whatever its case.",
                notBlank = true,
                singleLine = true,
                maxLength = Label.MAX_NAME)
        Given<String> name,

        @Field(value = "Such as #1f77b4; null takes it away.", maxLength = 7)
        Given<@Nullable String> color) {

    Change wanted() {
        String wantedColor = LabelRequest.color(color.value());
        return new Change() {
            @Override
            public String name(String current) {
                return name.or(current);
            }

            @Override
            public @Nullable String color(@Nullable String current) {
                return color.isGiven() ? wantedColor : current;
            }
        };
    }
}
