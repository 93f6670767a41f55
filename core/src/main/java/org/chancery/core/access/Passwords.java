package org.chancery.core.access;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.chancery.core.fault.Unavailable;
import org.jspecify.annotations.Nullable;

/** Turns passwords into what is kept of them. Slow on purpose, and bounded in how many it takes at once. */
public interface Passwords {

    /**
     * A salted hash that says how it was made.
     *
     * @param alike one whose salt it takes over, so that {@link #fitting} looks at both in the time of one; null for a salt of
     *     its own
     * @throws Unavailable where too many are under way
     */
    String hash(Password password, @Nullable String alike);

    /** The same with a salt of its own. */
    default String hash(Password password) {
        return hash(password, null);
    }

    /**
     * Which of the hashes were made of that password, told in constant time for each salt.
     *
     * @throws Unavailable where too many are under way
     */
    Set<String> fitting(Password password, Collection<String> hashes);

    /** Whether the one hash was made of that password. */
    default boolean matches(Password password, String hash) {
        return !fitting(password, List.of(hash)).isEmpty();
    }

    /**
     * Does the work of {@link #fitting} for nothing, so that the time of an answer does not tell who has an account.
     *
     * @throws Unavailable where too many are under way
     */
    void takeAsLong(Password password);
}
