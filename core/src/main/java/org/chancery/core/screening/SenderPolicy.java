package org.chancery.core.screening;

import java.util.Locale;

/** Whose mail an endpoint takes without a person looking first. */
public enum SenderPolicy {
    /** Mail from addresses that are bound to a user of the workspace. */
    BOUND_USERS_ONLY,
    /** Everybody's. */
    ANYONE,
    /** Mail from the domains listed. */
    DOMAIN_ALLOWLIST,
    /** Mail from the addresses listed. */
    ADDR_ALLOWLIST;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it looks at patterns. */
    public boolean hasPatterns() {
        return this == DOMAIN_ALLOWLIST || this == ADDR_ALLOWLIST;
    }
}
