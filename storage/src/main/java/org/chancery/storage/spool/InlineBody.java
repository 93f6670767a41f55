package org.chancery.storage.spool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of a mail in the heap, as long as there is room for them. */
final class InlineBody {
    private final ChunkPool pool;
    private final List<byte[]> chunks = new ArrayList<>(1);
    private long size;

    InlineBody(ChunkPool pool) {
        this.pool = pool;
    }

    long size() {
        return size;
    }

    /** Adds the bytes, or nothing of them where there is no room. */
    boolean add(byte[] bytes, int offset, int length) {
        if (!makeRoom(length)) {
            return false;
        }
        int from = offset;
        int left = length;
        while (left > 0) {
            int used = (int) (size % ChunkPool.CHUNK);
            int count = Math.min(left, ChunkPool.CHUNK - used);
            System.arraycopy(bytes, from, chunks.get((int) (size / ChunkPool.CHUNK)), used, count);
            from += count;
            left -= count;
            size += count;
        }
        return true;
    }

    /** Gives the bytes piece by piece, in order. */
    <E extends Exception> void forEach(Piece<E> to) throws E {
        long left = size;
        for (byte[] chunk : chunks) {
            int count = (int) Math.min(left, chunk.length);
            if (count > 0) {
                to.take(chunk, count);
            }
            left -= count;
        }
    }

    /** Forgets the bytes; their memory serves other mails. */
    void release() {
        pool.giveBack(chunks);
        chunks.clear();
        size = 0;
    }

    private boolean makeRoom(int more) {
        long needed = (size + more + ChunkPool.CHUNK - 1) / ChunkPool.CHUNK;
        while (chunks.size() < needed) {
            byte @Nullable [] chunk = pool.take();
            if (chunk == null) {
                return false;
            }
            chunks.add(chunk);
        }
        return true;
    }

    /** Takes the first bytes of an array. */
    @FunctionalInterface
    interface Piece<E extends Exception> {
        void take(byte[] bytes, int length) throws E;
    }
}
