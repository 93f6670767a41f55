package org.chancery.smtpingest.tls;

import org.jspecify.annotations.Nullable;

/** A certificate or key that cannot be used; the message names the file and what is wrong with it. */
public final class TlsTrouble extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TlsTrouble(String message, @Nullable Throwable cause) {
        super(cause == null ? message : message + ": " + cause.getMessage(), cause);
    }
}
