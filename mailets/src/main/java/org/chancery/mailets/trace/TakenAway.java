package org.chancery.mailets.trace;

/** Stops a thread whose mail was taken away from it. Nobody else sees it. */
public final class TakenAway extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TakenAway() {
        super("the mail was taken away from this thread, which hung for too long", null, false, false);
    }
}
