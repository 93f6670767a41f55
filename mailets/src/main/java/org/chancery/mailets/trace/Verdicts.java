package org.chancery.mailets.trace;

import org.apache.mailet.Mail;
import org.chancery.core.mail.EmailAddress;

/** Where a mailet says what it decided and why. One that says nothing gets {@code done}. */
public final class Verdicts {

    private Verdicts() {}

    /**
     * Adds a line to the mail's trace.
     *
     * @param verdict one word
     * @param reason for people; empty where there is nothing to say, and never text from the mail
     */
    public static void say(Mail mail, String verdict, String reason) {
        Transit.find(mail).ifPresent(transit -> transit.say(null, verdict, reason));
    }

    /** Adds a line that is about one recipient, and is shown to nobody who got the mail as another. */
    public static void say(Mail mail, EmailAddress recipient, String verdict, String reason) {
        Transit.find(mail).ifPresent(transit -> transit.say(recipient, verdict, reason));
    }
}
