package org.chancery.core.tx;

/** An open transaction: proof, in a repository's signature, that the caller began one. Not to be kept or shared. */
public interface Tx {

    /**
     * Runs the effect in the caller's thread once the transaction is committed, never when it is rolled back: for waking
     * those who wait and for forgetting what is cached. An effect must not throw and must not open a transaction.
     */
    void afterCommit(Runnable effect);
}
