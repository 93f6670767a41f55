package org.chancery.api.http;

import io.javalin.http.Context;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Takes the bodies of requests: only so many big ones at a time, because each is in memory several times over while its mail is
 * composed.
 */
public final class Bodies {
    /** Enough for whatever carries no attachments. */
    private static final int SMALL = 1 << 20;

    private static final long PATIENCE_SECONDS = 10;

    private final long maxLarge;
    private final Semaphore largeOnes;
    private final BodyReader reader = new BodyReader(System::nanoTime);

    /**
     * @param maxLarge octets of a body with attachments
     * @param largeAtOnce how many bodies of more than a mebibyte are in memory at a time
     */
    public Bodies(long maxLarge, int largeAtOnce) {
        this.maxLarge = maxLarge;
        this.largeOnes = new Semaphore(largeAtOnce);
    }

    /** A body that is in memory; closed when the call is answered. */
    record Received(byte[] bytes, Runnable release) implements AutoCloseable {
        static final Received NOTHING = new Received(new byte[0], () -> {});

        @Override
        public void close() {
            release.run();
        }
    }

    /** @throws HttpFault where it is too long, or by its own account not of the type that is declared */
    Received receive(HttpServletRequest request, Route.Body declared) throws InterruptedException {
        long limit = Math.min(maxLarge, declared.isLarge() ? maxLarge : declared.isForm() ? Form.MAX_SIZE : SMALL);
        long announced = request.getContentLengthLong();
        if (announced > limit) {
            throw HttpFault.tooLarge(limit);
        }
        if (announced == 0 || (announced < 0 && request.getHeader("Transfer-Encoding") == null)) {
            return Received.NOTHING;
        }
        if (declared.isForm()) {
            checkForm(request);
        } else {
            checkType(request);
        }
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
     * then would be taken for the next request, so that Jetty closes the connection on a client that goes on to use it. Where
     * there is more than can be waited for, the answer says that this is the connection's last.
     */
    void discard(Context call) {
        if (!isDiscarded(call.req())) {
            call.header("Connection", "close");
        }
    }

    private boolean isDiscarded(HttpServletRequest request) {
        long announced = request.getContentLengthLong();
        boolean isChunked = request.getHeader("Transfer-Encoding") != null;
        try {
            ServletInputStream in = request.getInputStream();
            if ((announced <= 0 && !isChunked) || in.isFinished()) {
                return true;
            }
            return !isChunked && request.getHeader("Expect") == null && reader.discard(in, announced);
        } catch (IOException brokenOff) {
            return false;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
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
        checkEncoding(request);
    }

    private static void checkForm(HttpServletRequest request) {
        if (!Form.isForm(request.getContentType())) {
            throw HttpFault.unsupportedType("The body must be " + Form.URLENCODED + " or " + Form.MULTIPART + ".");
        }
        checkEncoding(request);
    }

    private static void checkEncoding(HttpServletRequest request) {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw HttpFault.unsupportedType("The body must not be compressed.");
        }
    }

    private byte[] read(HttpServletRequest request, long limit) {
        try {
            return reader.read(request.getInputStream(), request.getContentLengthLong(), limit);
        } catch (IOException brokenOff) {
            throw HttpFault.malformed("The body broke off.");
        }
    }
}
