package org.chancery.core.mailbox;

import org.chancery.core.id.PublicId;

/**
 * An earlier try of the pipeline settled the mail at that {@link Entrance} in another way: it is in quarantine and was to be
 * delivered, or the other way round. What was done first holds.
 */
public final class SettledBefore extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient PublicId as;

    public SettledBefore(PublicId as) {
        super("it is " + as.text() + " already", null, false, false);
        this.as = as;
    }

    /** What it became. */
    public PublicId as() {
        return as;
    }
}
