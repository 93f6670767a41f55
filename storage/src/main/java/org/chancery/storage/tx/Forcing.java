package org.chancery.storage.tx;

/** The two steps in which commits get to the disk. */
public interface Forcing {

    /** Takes up all that is committed. Called while no transaction is open, all others wait for it: it does little. */
    void gather();

    /** Brings to the disk what was gathered. Transactions go on meanwhile. */
    void force();

    /** Whether so much is not gathered that it is better done soon. */
    boolean isFull();

    /** Whether so much is not gathered that no transaction may begin before it is. */
    boolean isOverfull();
}
