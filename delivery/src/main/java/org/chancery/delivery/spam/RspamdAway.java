package org.chancery.delivery.spam;

import org.jspecify.annotations.Nullable;

/** Rspamd gave no answer that can be used. */
final class RspamdAway extends Exception {
    private static final long serialVersionUID = 1L;

    RspamdAway(String what, @Nullable Throwable cause) {
        super(what, cause);
    }
}
