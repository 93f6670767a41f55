package org.chancery.core.mail;

import java.util.Locale;

/** What a refusal says about later mail to the same address. */
public enum BounceCategory {
    /** The address or its host does not exist, or has moved. */
    HARD,
    /** The address is there: full, disabled or not reached, or this mail is too big for it. Later mail may arrive. */
    SOFT,
    /** The mail or its sender is not wanted: spam, policy, authentication, block lists. */
    SPAM_POLICY,
    /** Not understood. */
    UNKNOWN;

    /** What a server was asked when it refused: MAIL is about who sends, RCPT about the address, DATA and its end about the mail. */
    public enum Command {
        MAIL,
        RCPT,
        DATA
    }

    /** What a server said to us in SMTP, to that command. */
    public static BounceCategory ofReply(String reply, Command command) {
        String code = BounceReasons.statusIn(reply, null);
        return BounceReasons.category(code, new BounceReasons.Said(reply, "", command));
    }

    /** The category with that {@link #text}. */
    public static BounceCategory of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The spelling in the API. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
