package org.chancery.core.spool;

/**
 * Proves that storage is durable. The spool calls it before it lets go of mails: on return, all that was committed to
 * storage before the call (rows and raw mail) survives a power cut.
 */
@FunctionalInterface
public interface Checkpoint {
    /** Throws where it cannot be proved; the spool then keeps the mails. */
    void prove();
}
