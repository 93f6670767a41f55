package org.chancery.core.fault;

import java.time.Duration;

/** One thing has to wait for an answer that is under way; nothing is away, and others need not wait. */
public final class Later extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration pause;

    /** @param pause when it is worth to look again */
    public Later(String waitsFor, Duration pause) {
        super(waitsFor, null, false, false);
        this.pause = pause;
    }

    public Duration pause() {
        return pause;
    }
}
