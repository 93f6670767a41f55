package org.chancery.core.screening;

/** What becomes of mail while a server that it has to be shown to is away. Either way it is not waved through. */
public enum WhenAway {
    /** It waits in the spool and is tried again. */
    DEFER,
    /** It goes to the quarantine of each recipient, where a person decides. */
    HOLD
}
