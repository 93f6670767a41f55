package org.chancery.storage.tx;

/** How commits get to the disk. */
public interface Durability extends AutoCloseable {

    /** Every commit is on disk when it returns, or there is no disk at all. */
    Durability BY_ITSELF = new Durability() {
        @Override
        public void committed() {}

        @Override
        public void force() {}

        @Override
        public void close() {}
    };

    /** Something was committed, and nobody waits until it is on disk. */
    void committed();

    /** On return all that was committed before the call is on disk. */
    void force();

    @Override
    void close();
}
