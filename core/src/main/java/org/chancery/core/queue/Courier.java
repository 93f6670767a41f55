package org.chancery.core.queue;

/** Takes one job to its destination. Implementations speak SMTP, or keep everything in a sandbox. */
public interface Courier {

    /**
     * Tries once, within bounded time. Foreseen trouble is part of the result; the outcome names every recipient of the
     * job exactly once.
     */
    Attempt deliver(OutgoingJob job);
}
