package org.chancery.core.screening;

import java.util.concurrent.Executor;

/** Threads that find answers about mails, so many at a time. */
@FunctionalInterface
public interface AnswerThreads extends Executor {

    /** One of them hangs in what it was given: until it comes back, another takes its place. */
    default void hangs() {}

    /** One that hung came back. */
    default void cameBack() {}
}
