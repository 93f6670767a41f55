package org.chancery.core.spool;

import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.Envelope;

/** One mail on its way into the spool. Used by one thread: writes, then {@link #commit}, then {@link #close}. */
public interface Incoming extends AutoCloseable {

    /**
     * Takes a piece of the mail's bytes, exactly as they came, dot-stuffing undone.
     *
     * @throws SpoolRefused where they cannot be kept
     */
    void write(byte[] bytes, int offset, int length);

    /** How many bytes were written so far. */
    long size();

    /**
     * Makes the mail durable. On return it survives a power cut: now, and not before, a 250 may be said.
     *
     * @throws SpoolRefused where it was not kept; nothing of it will be processed
     */
    SpoolId commit(Envelope envelope, Arrival arrival);

    /** Forgets the mail if it was not committed. */
    @Override
    void close();
}
