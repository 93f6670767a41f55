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

    /**
     * What a server said to us in SMTP. No filter between tells its own story: who refuses has looked the address up, whatever
     * command it waited for.
     */
    public static BounceCategory ofReply(String reply) {
        String code = BounceReasons.statusIn(reply, null);
        return BounceReasons.category(code, new BounceReasons.Said(reply, "", true));
    }

    /** The spelling in the API. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
