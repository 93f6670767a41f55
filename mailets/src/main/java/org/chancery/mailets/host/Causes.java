package org.chancery.mailets.host;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks through what exceptions were wrapped in. */
final class Causes {
    private static final int MAX_DEPTH = 20;

    private Causes() {}

    static <T extends Throwable> Optional<T> find(Throwable thrown, Class<T> kind) {
        @Nullable Throwable at = thrown;
        for (int i = 0; i < MAX_DEPTH && at != null; i++) {
            if (kind.isInstance(at)) {
                return Optional.of(kind.cast(at));
            }
            at = at.getCause();
        }
        return Optional.empty();
    }

    static boolean contains(Throwable thrown, Throwable cause) {
        @Nullable Throwable at = thrown;
        for (int i = 0; i < MAX_DEPTH && at != null; i++) {
            if (at == cause) {
                return true;
            }
            at = at.getCause();
        }
        return false;
    }
}
