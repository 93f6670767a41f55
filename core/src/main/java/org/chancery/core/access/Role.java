package org.chancery.core.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A person's part in a workspace. */
public enum Role {
    OWNER,
    ADMIN,
    MEMBER;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether admin-only queues and operations are open to the person. */
    public boolean isAdmin() {
        return this != MEMBER;
    }

    /** What a person of that role may do who has signed in. */
    public Set<Scope> scopes() {
        return isAdmin()
                ? EnumSet.of(Scope.ADMIN)
                : EnumSet.of(Scope.CONVERSATIONS_READ, Scope.CONVERSATIONS_WRITE, Scope.EMAIL_READ, Scope.TOKENS_WRITE);
    }
}
