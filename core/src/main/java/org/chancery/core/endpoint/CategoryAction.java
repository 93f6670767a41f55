package org.chancery.core.endpoint;

import java.util.Locale;

/** What an endpoint does with mail of one category. */
public enum CategoryAction {
    /** As its plane and agent say. */
    ROUTE,
    /** A person sees it first. */
    REVIEW,
    QUARANTINE,
    /** Stored and handled: nobody's turn. */
    IGNORE;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
