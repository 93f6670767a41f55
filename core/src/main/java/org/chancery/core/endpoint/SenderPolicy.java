package org.chancery.core.endpoint;

import java.util.Locale;

/** Whose mail is let in at an endpoint; all other is quarantined. */
public enum SenderPolicy {
    /** Senders whose address is bound to a person of the workspace. */
    BOUND_USERS_ONLY,
    ANYONE,
    /** Senders at one of the domains among the endpoint's patterns. */
    DOMAIN_ALLOWLIST,
    /** Senders that one of the endpoint's patterns names. */
    ADDR_ALLOWLIST;

    /** Whether it goes by the endpoint's patterns. */
    public boolean takesPatterns() {
        return this == DOMAIN_ALLOWLIST || this == ADDR_ALLOWLIST;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
