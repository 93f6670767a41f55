package org.chancery.core.access;

import java.util.Locale;

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
}
