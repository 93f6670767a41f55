package org.chancery.mailets.trace;

import org.apache.mailet.Mail;

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
        Transit.find(mail).ifPresent(transit -> transit.say(verdict, reason));
    }
}
