package org.chancery.core.access;

import java.time.Instant;
import java.util.List;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;

/**
 * A person who signs in.
 *
 * @param email the person's own address, where notices go
 * @param addresses sender addresses bound to the person, canonical; a member sees mail from these
 */
public record User(
        UserId id,
        WorkspaceId workspace,
        String email,
        String name,
        Role role,
        List<String> addresses,
        Instant createdAt) {
    public User {
        addresses = List.copyOf(addresses);
    }
}
