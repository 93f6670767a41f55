package org.chancery.core.access;

/** Checks what a client presents. */
public interface Credentials {

    /** What came of a check. */
    sealed interface Check {
        /** Valid. */
        record Valid(Principal principal) implements Check {}

        /** Unknown, expired or revoked; which one is nobody's business. */
        record Invalid() implements Check {}

        /** Cannot be checked now: the database is away. */
        record Away() implements Check {}
    }

    /** A bearer token that the client shows. */
    Check bearer(String secret, Client client);
}
