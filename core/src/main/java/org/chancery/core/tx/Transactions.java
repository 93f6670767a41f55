package org.chancery.core.tx;

import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Begins and ends transactions. Only public methods of core services call this; repositories take the {@link Tx}.
 *
 * <p>No network call is made inside a transaction. Each method throws {@link org.chancery.core.fault.Unavailable} where
 * the database does not answer; then nothing of the work is kept.
 */
public interface Transactions {

    /**
     * Runs the work in one transaction, committed when this returns and rolled back when the work throws. The work may be
     * run again from its start where the database reports a serialisation conflict or deadlock; it has no other effects.
     * The effects may be lost by a crash in the moments after the return: right for work that is repeated after a crash.
     */
    <T> T in(Function<Tx, T> work);

    /** As {@link #in}, for work without a result. */
    default void run(Consumer<Tx> work) {
        in(tx -> {
            work.accept(tx);
            return true;
        });
    }

    /**
     * As {@link #in}; on return the effects have also survived any crash or power cut. For promises made to the outside.
     */
    <T> T durably(Function<Tx, T> work);

    /** On return all that was committed before the call has survived any crash or power cut. */
    void force();
}
