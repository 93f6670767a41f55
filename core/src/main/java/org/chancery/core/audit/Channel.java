package org.chancery.core.audit;

import java.util.Locale;

/** By which way somebody acted. */
public enum Channel {
    /** A call of the API with a bearer token. */
    API,
    /** A call of the API by a session's cookie: from a browser. */
    CONSOLE,
    /** Submission by SMTP. */
    SMTP,
    /** The operator's commands, on the server's own machine. */
    ADMIN,
    /** Nobody's: the server itself found something out, or did what was due. */
    SERVER;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
