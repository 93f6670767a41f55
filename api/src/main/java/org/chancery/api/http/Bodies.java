package org.chancery.api.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Reads the bodies of requests: counted while they come in, and only so many big ones at a time, because each is in memory
 * several times over while its mail is composed. Whoever stalls on purpose is not waited for.
 */
public final class Bodies {
    /** Enough for whatever carries no attachments. */
    private static final int SMALL = 1 << 20;

    /** So much is read of a body that nobody wants, for the sake of the connection. */
    private static final int MAX_DISCARDED = 1 << 16;

    private static final long PATIENCE_SECONDS = 10;

    /** Nothing is asked of a client's pace so long: on a busy machine a short body can take a moment, too. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** Octets a second after that, below which a client is held to stall on purpose. */
    private static final int MIN_RATE = 512;

    private final long maxLarge;
    private final Semaphore largeOnes;
    private final Clock clock;

    /**
     * @param maxLarge octets of a body with attachments
     * @param largeAtOnce how many bodies of more than a mebibyte are in memory at a time
     */
    public Bodies(long maxLarge, int largeAtOnce, Clock clock) {
        this.maxLarge = maxLarge;
        this.largeOnes = new Semaphore(largeAtOnce);
        this.clock = clock;
    }

    /** A body that is in memory; closed when the call is answered. */
    record Received(byte[] bytes, Runnable release) implements AutoCloseable {
        static final Received NOTHING = new Received(new byte[0], () -> {});

        @Override
        public void close() {
            release.run();
        }
    }

    /** @throws HttpFault where it is too long or no JSON by its own account */
    Received receive(HttpServletRequest request, Route.Body declared) throws InterruptedException {
        long limit = declared.isLarge() ? maxLarge : Math.min(SMALL, maxLarge);
        long announced = request.getContentLengthLong();
        if (announced > limit) {
            throw HttpFault.tooLarge(limit);
        }
        if (announced == 0 || (announced < 0 && request.getHeader("Transfer-Encoding") == null)) {
            return Received.NOTHING;
        }
        checkType(request);
        if (limit <= SMALL || (announced >= 0 && announced <= SMALL)) {
            return new Received(read(request, limit), () -> {});
        }
        if (!largeOnes.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw HttpFault.unavailable("Many big requests are under way; try again soon.");
        }
        boolean kept = false;
        try {
            Received received = new Received(read(request, limit), largeOnes::release);
            kept = true;
            return received;
        } finally {
            if (!kept) {
                largeOnes.release();
            }
        }
    }

    /**
     * Takes what is left of a body that nobody wants. A call is often refused before its body is there; the octets that come
     * then would be taken for the next request, so that Jetty closes the connection on a client that goes on to use it.
     *
     * @return whether the connection can be used again; false where there is too much to be waited for
     */
    boolean discard(HttpServletRequest request) {
        long announced = request.getContentLengthLong();
        boolean isChunked = request.getHeader("Transfer-Encoding") != null;
        try {
            if ((announced <= 0 && !isChunked) || request.getInputStream().isFinished()) {
                return true;
            }
            if (isChunked || announced > MAX_DISCARDED || request.getHeader("Expect") != null) {
                return false;
            }
            read(request, MAX_DISCARDED);
            return true;
        } catch (HttpFault | IOException brokenOff) {
            return false;
        }
    }

    private static void checkType(HttpServletRequest request) {
        String type = request.getContentType();
        String[] parts =
                type == null ? new String[] {""} : type.toLowerCase(Locale.ROOT).split(";");
        boolean json = parts[0].strip().equals("application/json");
        for (int i = 1; i < parts.length; i++) {
            // RFC 8259 §8.1: JSON between strangers is UTF-8.
            String parameter = parts[i].strip().replace("\"", "");
            json &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
        }
        if (!json) {
            throw HttpFault.unsupportedType("The body must be application/json in UTF-8.");
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw HttpFault.unsupportedType("The body must not be compressed.");
        }
    }

    private byte[] read(HttpServletRequest request, long limit) {
        Instant began = clock.instant();
        int expected = (int) Math.max(1024, Math.min(request.getContentLengthLong(), limit));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(expected);
        byte[] chunk = new byte[16 * 1024];
        try {
            InputStream in = request.getInputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                if (bytes.size() + (long) length > limit) {
                    throw HttpFault.tooLarge(limit);
                }
                bytes.write(chunk, 0, length);
                if (bytes.size() < dueAfter(Duration.between(began, clock.instant()))) {
                    throw HttpFault.tooSlow();
                }
            }
        } catch (IOException brokenOff) {
            throw HttpFault.malformed("The body broke off.");
        }
        return bytes.toByteArray();
    }

    private static long dueAfter(Duration time) {
        return time.minus(GRACE).toSeconds() * MIN_RATE;
    }
}
