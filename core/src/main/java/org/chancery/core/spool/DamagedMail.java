package org.chancery.core.spool;

import org.chancery.core.id.SpoolId;
import org.jspecify.annotations.Nullable;

/**
 * A spooled mail is not what was committed, or part of it is gone. Reading it again is of no use: it is to be {@linkplain
 * SpoolClaims#setAside set aside}.
 */
public final class DamagedMail extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;

    public DamagedMail(SpoolId id, String what, @Nullable Throwable cause) {
        super("the spooled mail " + id + " is damaged: " + what, cause);
        this.what = what;
    }

    /** What is wrong with it, without its id. */
    public String what() {
        return what;
    }
}
