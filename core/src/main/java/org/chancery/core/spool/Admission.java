package org.chancery.core.spool;

/** Whether the spool takes mail now. */
public sealed interface Admission {
    Admission OPEN = new Open();

    /** Mail is taken. */
    record Open() implements Admission {}

    /**
     * Mail is refused for now, with 452 4.3.1 (RFC 5321 §4.5.3.1.10).
     *
     * @param why for the operator's log
     */
    record Refused(Reason reason, String why) implements Admission {}

    /** Why mail is refused. */
    enum Reason {
        /** More mails wait than {@code spool.backlog} allows. */
        BACKLOG,
        /** The disk is nearly full. */
        DISK,
        /** The log could not be written or forced; nothing is taken until the operator has looked. */
        BROKEN,
        /** The server stops. */
        STOPPING
    }
}
