package org.chancery.core.spool;

import org.jspecify.annotations.Nullable;

/** A mail could not be kept; the client is told to try later (4yz). Nothing of it is kept. */
public final class SpoolRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Admission.Refused refusal;

    public SpoolRefused(Admission.Refused refusal, @Nullable Throwable cause) {
        super(refusal.why(), cause);
        this.refusal = refusal;
    }

    public Admission.Refused refusal() {
        return refusal;
    }
}
