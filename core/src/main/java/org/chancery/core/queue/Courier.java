package org.chancery.core.queue;

/** Takes one job to its destination. Implementations speak SMTP, or keep everything in a sandbox. */
public interface Courier {

    /**
     * Tries once, within bounded time. Foreseen trouble is part of the result; the outcome names every recipient of the
     * job exactly once.
     *
     * @param talk is told how far the attempt is
     */
    Attempt deliver(OutgoingJob job, Talk talk);

    /**
     * How far an attempt is, told by the courier in its own thread to whoever may have to stop the server. The thread is
     * interrupted only between {@link #begins} and the end of the attempt: an embedded database or the spool would break by
     * it.
     */
    interface Talk {
        /** Strangers are waited for from now on, and nothing but time is lost where that is cut short. */
        void begins();

        /**
         * The final dot goes out next, unless the thread is interrupted by now. Cut short before the stranger's verdict, the
         * mail may come twice, so that this is done last. With the verdict it {@link #begins} anew.
         */
        void awaitsVerdict();
    }
}
