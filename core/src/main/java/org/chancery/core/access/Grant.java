package org.chancery.core.access;

import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token gives to whoever holds it.
 *
 * @param approvalRules what of it waits for people
 * @param expiresAt from when on it gives nothing, or null
 */
public record Grant(
        Set<Scope> scopes,
        ApprovalRules approvalRules,
        @Nullable Instant expiresAt) {
    public Grant {
        scopes = Set.copyOf(scopes);
    }

    /** Nothing waits, and it does not end. */
    public static Grant of(Collection<Scope> scopes) {
        return new Grant(Set.copyOf(scopes), ApprovalRules.NONE, null);
    }

    /** Whether it covers the scope; {@link Scope#ADMIN} includes the others. */
    public boolean allows(Scope scope) {
        return scopes.contains(Scope.ADMIN) || scopes.contains(scope);
    }

    public boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}
