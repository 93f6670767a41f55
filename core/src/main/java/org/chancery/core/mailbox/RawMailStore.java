package org.chancery.core.mailbox;

import java.io.IOException;
import java.io.InputStream;

/**
 * The raw bytes of every mail, kept outside the database by their digest. The same bytes are kept once. An object store
 * fits behind this as well as files do: there is no rename, no append and no listing.
 *
 * <p>Methods throw {@link org.chancery.core.fault.Unavailable} where the store does not answer.
 */
public interface RawMailStore {

    /** What was kept. */
    record Kept(RawDigest digest, long size) {}

    /**
     * Keeps the bytes; they can be read at once, and are durable after the next {@link #force}.
     *
     * @throws IOException where the given stream cannot be read; trouble of the store itself is {@code Unavailable}
     */
    Kept put(InputStream raw) throws IOException;

    /** As {@link #put}; on return these bytes are durable. For mail that is promised to somebody at once. */
    Kept putDurably(InputStream raw) throws IOException;

    /**
     * The bytes, to be closed by the caller.
     *
     * @throws MissingMail where the store was damaged
     */
    InputStream open(RawDigest digest);

    /** On return all that was put before the call survives a power cut. */
    void force();
}
