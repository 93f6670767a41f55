package org.chancery.core.screening;

import org.chancery.core.fault.Unavailable;

/** A virus scanner beside this server. */
public interface Antivirus extends ScanDesk.Peer {

    /** What it says of a mail. */
    sealed interface Verdict {
        record Clean() implements Verdict {}

        /** @param virus its name for what it found; text of the scanner, not of the mail */
        record Infected(String virus) implements Verdict {}

        /**
         * It is there and does not scan this mail, now or later.
         *
         * @param why for people
         */
        record Refused(String why) implements Verdict {}
    }

    /**
     * @throws Unavailable where nobody answers
     * @throws FailedOnMail where somebody does, and has no verdict
     */
    Verdict scan(RawMail mail);
}
