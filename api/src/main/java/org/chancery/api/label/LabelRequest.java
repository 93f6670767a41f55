package org.chancery.api.label;

import java.util.Locale;
import java.util.regex.Pattern;
import org.chancery.api.http.Field;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.label.Label;
import org.jspecify.annotations.Nullable;

/** What {@code POST /v1/labels/} takes. */
public record LabelRequest(
        @Field(
                value = "What people know it by; no two labels have the same, whatever its case.",
                notBlank = true,
                singleLine = true,
                maxLength = Label.MAX_NAME)
        String name,

        @Field(value = "Such as #1f77b4.", maxLength = 7) @Nullable
        String color) {
    private static final Pattern COLOR = Pattern.compile("#[0-9a-fA-F]{6}");

    @Nullable
    String checkedColor() {
        return color(color);
    }

    /** In lower case; null stays null. */
    static @Nullable String color(@Nullable String given) {
        if (given == null) {
            return null;
        }
        if (!COLOR.matcher(given).matches()) {
            throw CallerFault.invalid("/color", "must be a color such as #1f77b4");
        }
        return given.toLowerCase(Locale.ROOT);
    }
}
