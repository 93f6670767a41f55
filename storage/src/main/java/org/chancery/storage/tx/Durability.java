package org.chancery.storage.tx;

/** How commits get to the disk. */
public interface Durability extends AutoCloseable {

    /** Every commit is on disk when it returns, or there is no disk at all. */
    Durability BY_ITSELF = new Durability() {
        @Override
        public void begun() {}

        @Override
        public void ended() {}

        @Override
        public void committed() {}

        @Override
        public void force() {}

        @Override
        public void close() {}
    };

    /** A transaction is about to begin in this thread. May wait a moment. */
    void begun();

    /** The transaction of this thread has ended, either way. */
    void ended();

    /** Something was committed, and nobody waits until it is on disk. Called when the transaction has ended. */
    void committed();

    /** On return all that was committed before the call is on disk. Not called within a transaction. */
    void force();

    @Override
    void close();
}
