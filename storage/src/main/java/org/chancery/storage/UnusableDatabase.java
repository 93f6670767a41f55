package org.chancery.storage;

import org.jspecify.annotations.Nullable;

/** The server cannot start on the configured database; the message tells the operator why and what to mend. */
public final class UnusableDatabase extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableDatabase(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
