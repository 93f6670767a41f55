package org.chancery.core.access;

import org.chancery.core.fault.Unavailable;

/** Turns passwords into what is kept of them. Slow on purpose, and bounded in how many it takes at once. */
public interface Passwords {

    /**
     * A salted hash that says how it was made.
     *
     * @throws Unavailable where too many are under way
     */
    String hash(Password password);

    /**
     * Whether the hash was made of that password, told in constant time.
     *
     * @throws Unavailable where too many are under way
     */
    boolean matches(Password password, String hash);

    /**
     * Does the work of {@link #matches} for nothing, so that the time of an answer does not tell who has an account.
     *
     * @throws Unavailable where too many are under way
     */
    void takeAsLong(Password password);
}
