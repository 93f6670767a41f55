package org.chancery.smtpingest;

import java.util.Locale;

/** The commands that we know. */
enum Verb {
    EHLO,
    HELO,
    STARTTLS,
    AUTH,
    MAIL,
    RCPT,
    DATA,
    RSET,
    NOOP,
    QUIT,
    VRFY,
    EXPN,
    HELP,
    /** Any other. */
    UNKNOWN;

    static Verb parse(String word) {
        String upper = word.toUpperCase(Locale.ROOT);
        for (Verb verb : values()) {
            if (verb.name().equals(upper)) {
                return verb;
            }
        }
        return UNKNOWN;
    }
}
