package org.chancery.core.dkim;

/** What the DNS shows of our keys; asked over the network, never within a transaction. */
public interface PublishedKeys {
    enum Shown {
        /** As it should be. */
        YES,
        /** There is nothing at that name. */
        MISSING,
        /** Something stands there, and it is another key or none. */
        DIFFERENT,
        /** No name server answered. */
        UNKNOWN
    }

    Shown look(KeyRecord record);
}
