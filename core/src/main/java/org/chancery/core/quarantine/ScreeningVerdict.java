package org.chancery.core.quarantine;

/** Whether a mail goes on to its recipient. */
public sealed interface ScreeningVerdict {

    /** Nothing that was looked at speaks against it. */
    record Passed() implements ScreeningVerdict {}

    /** A person has to look first. */
    record Suspect(Suspicion suspicion) implements ScreeningVerdict {}
}
