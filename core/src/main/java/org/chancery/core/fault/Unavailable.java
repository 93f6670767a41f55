package org.chancery.core.fault;

import org.jspecify.annotations.Nullable;

/** Something that we stand on (the database, the disk) does not answer now; the same call may succeed later. */
public final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String attempted, @Nullable Throwable cause) {
        super(attempted, cause);
    }
}
