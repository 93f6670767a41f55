package org.chancery.api.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Takes a body off its connection: counted while it comes in. Whoever stalls on purpose is not waited for. */
final class BodyReader {
    /** Nothing is asked of a client's pace so long: on a busy machine a short body can take a moment, too. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** Octets a second after that, below which a client is held to stall on purpose. */
    private static final int MIN_RATE = 512;

    /** A longer body that nobody wants costs its client the connection, which is cheaper for both. */
    static final int MAX_DISCARDED = 8 << 10;

    /** Whoever sends what nobody wants may be anybody, and gets little memory. */
    private static final int SCRATCH = 1 << 10;

    /** Clients that send a short body at all send it in the same breath; a second covers the way of its last packet. */
    private static final int LOOKS = 100;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private final LongSupplier nanoTime;

    /** @param nanoTime {@code System::nanoTime}: no correction of the wall clock makes a client slow */
    BodyReader(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * A body that is wanted.
     *
     * @param announced its octets; negative where that was not said
     * @throws HttpFault where it is too long or comes too slowly
     */
    byte[] read(InputStream in, long announced, long limit) throws IOException {
        long began = nanoTime.getAsLong();
        int expected = (int) Math.max(1024, Math.min(announced, limit));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(expected);
        byte[] chunk = new byte[16 * 1024];
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            if (bytes.size() + (long) length > limit) {
                throw HttpFault.tooLarge(limit);
            }
            bytes.write(chunk, 0, length);
            if (bytes.size() < dueAfter(Duration.ofNanos(nanoTime.getAsLong() - began))) {
                throw HttpFault.tooSlow();
            }
        }
        return bytes.toByteArray();
    }

    private static long dueAfter(Duration time) {
        return time.minus(GRACE).toSeconds() * MIN_RATE;
    }

    /**
     * A body that nobody wants. It is looked for now and then: a read would wait as long as the connection may be idle.
     *
     * @return whether all of it was there in a moment
     */
    boolean discard(InputStream in, long announced) throws IOException, InterruptedException {
        if (announced > MAX_DISCARDED) {
            return false;
        }
        byte[] scratch = new byte[SCRATCH];
        long left = announced;
        for (int looks = 1; ; looks++) {
            while (left > 0 && in.available() > 0) {
                left -= in.read(scratch);
            }
            if (left <= 0) {
                return in.read(scratch) < 0; // which tells the stream, too, that this was the end
            }
            if (looks == LOOKS) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
        }
    }
}
