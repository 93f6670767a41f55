package org.chancery.core.access;

import java.time.Instant;
import java.util.List;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/**
 * A person who signs in.
 *
 * @param email the person's own address, where notices go
 * @param addresses sender addresses bound to the person, canonical; a member sees mail from these
 * @param disabledAt since when the person gets in nowhere and is told of nothing; null where they are active
 */
public record User(
        UserId id,
        WorkspaceId workspace,
        String email,
        String name,
        Role role,
        List<String> addresses,
        Instant createdAt,
        @Nullable Instant disabledAt) {
    public User {
        addresses = List.copyOf(addresses);
    }

    /** Somebody who is active. */
    public User(
            UserId id,
            WorkspaceId workspace,
            String email,
            String name,
            Role role,
            List<String> addresses,
            Instant createdAt) {
        this(id, workspace, email, name, role, addresses, createdAt, null);
    }

    public boolean isActive() {
        return disabledAt == null;
    }
}
