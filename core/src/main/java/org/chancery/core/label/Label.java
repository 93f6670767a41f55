package org.chancery.core.label;

import java.text.Normalizer;
import java.time.Instant;
import java.util.Locale;
import org.chancery.core.id.LabelId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/**
 * A word that a workspace puts on its mail.
 *
 * @param name as people wrote it
 * @param color such as {@code #1f77b4}, or null
 */
public record Label(
        LabelId id,
        WorkspaceId workspace,
        String name,
        @Nullable String color,
        Instant createdAt) {
    /** Characters of a name. */
    public static final int MAX_NAME = 100;

    /** Labels of a workspace. */
    public static final int MAX_PER_WORKSPACE = 500;

    /** Labels of a message. */
    public static final int MAX_PER_MESSAGE = 20;

    /** What names are compared by: no two labels of a workspace have the same. */
    public String key() {
        return key(name);
    }

    /** What a name is looked up by. */
    public static String key(String name) {
        return Normalizer.normalize(name.strip(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }
}
