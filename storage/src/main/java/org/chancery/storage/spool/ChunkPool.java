package org.chancery.storage.spool;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The heap that mails may take while they are being received, in chunks of one size. Used by many threads at once. */
final class ChunkPool {
    /** Octets of a chunk: most mails fit into one. */
    static final int CHUNK = 16 * 1024;

    // What lies idle is bounded too: after a storm the rest is left to the garbage collector.
    private static final int MAX_IDLE = 256;

    private final long most;
    private final ArrayDeque<byte[]> idle = new ArrayDeque<>();
    private long taken;

    ChunkPool(long bytes) {
        most = bytes / CHUNK;
    }

    /** A chunk with any content, or null where the bound is reached. */
    synchronized byte @Nullable [] take() {
        if (taken >= most) {
            return null;
        }
        taken++;
        byte[] chunk = idle.pollLast();
        return chunk != null ? chunk : new byte[CHUNK];
    }

    /** Takes back chunks that {@link #take} gave. */
    synchronized void giveBack(Iterable<byte[]> chunks) {
        for (byte[] chunk : chunks) {
            taken--;
            if (idle.size() < MAX_IDLE) {
                idle.addLast(chunk);
            }
        }
    }

    /** Octets that are taken now. */
    synchronized long takenBytes() {
        return taken * CHUNK;
    }
}
