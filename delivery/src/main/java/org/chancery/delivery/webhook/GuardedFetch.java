package org.chancery.delivery.webhook;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.chancery.delivery.net.Watchdog;
import org.chancery.delivery.webhook.WebhookGuard.Way;

/**
 * Gets a short text from a stranger's web server, over the same guarded connections as webhooks are called: to public addresses
 * only, without redirects and proxies, within one limit of time, and no more of it than is wanted.
 *
 * <p><i>Standards:</i> RFC 9112 (HTTP/1.1). <i>Trusts:</i> nothing that it reads, but that TLS proved the host.
 */
public final class GuardedFetch implements AutoCloseable {
    private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{1,7}");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
    private static final int OK = 200;
    private static final int MAX_CHUNK_LINES = 64 * 1024;

    private final WebhookGuard guard;
    private final SSLContext trusted;
    private final Duration limit;
    private final Watchdog watchdog = new Watchdog();

    /** What came of it. */
    public sealed interface Answer {
        /** @param type the media type without parameters, in lower case */
        record Text(String type, String body) implements Answer {}

        record Failed(String why) implements Answer {}
    }

    /** @param limit for all of it */
    public GuardedFetch(WebhookGuard guard, SSLContext trusted, Duration limit) {
        this.guard = guard;
        this.trusted = trusted;
        this.limit = limit;
    }

    /** @param most octets of the body; more is no answer */
    public Answer get(String url, int most) {
        return switch (guard.way(url)) {
            case Way.Closed closed -> new Answer.Failed("the URL " + closed.why());
            case Way.Unknown unknown -> new Answer.Failed(unknown.why());
            case Way.Open open -> get(open, most);
        };
    }

    private Answer get(Way.Open way, int most) {
        Socket plain = new Socket();
        try (plain;
                Watchdog.Watch watch = watchdog.over(plain, limit)) {
            try {
                Destination to = way.destination();
                PinnedConnection.connect(plain, way.address(), to.port(), limit);
                Socket socket = to.isTls() ? PinnedConnection.secure(plain, to, trusted) : plain;
                socket.getOutputStream()
                        .write(("GET " + to.target() + " HTTP/1.1\r\nHost: " + to.authority()
                                        + "\r\nUser-Agent: Chancery\r\nAccept: text/plain\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                return read(new BufferedInputStream(socket.getInputStream()), most);
            } catch (IOException broken) {
                return new Answer.Failed(watch.ranOut() ? "no answer within " + limit.toSeconds() + " s" : why(broken));
            }
        } catch (IOException notClosed) {
            return new Answer.Failed(why(notClosed));
        }
    }

    private static Answer read(InputStream in, int most) throws IOException {
        HttpHead head = HttpHead.read(in);
        if (head.status() != OK) {
            return new Answer.Failed("it answers " + head.status());
        }
        String type = head.fields().getOrDefault("content-type", "").split(";", 2)[0];
        return new Answer.Text(type.strip().toLowerCase(Locale.ROOT), body(in, head, most));
    }

    /** RFC 9112 §6.3: in chunks, of the length that is told, or up to the end of the connection. */
    private static String body(InputStream in, HttpHead head, int most) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String length = head.fields().getOrDefault("content-length", "");
        if (head.fields().getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            int[] left = {MAX_CHUNK_LINES};
            for (int chunk = chunkSize(in, left); chunk > 0; chunk = chunkSize(in, left)) {
                copy(in, body, chunk, most);
                HttpHead.line(in, left);
            }
        } else if (LENGTH.matcher(length).matches()) {
            copy(in, body, Integer.parseInt(length), most);
        } else {
            body.writeBytes(in.readNBytes(most + 1));
        }
        if (body.size() > most) {
            throw tooLong(most);
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private static int chunkSize(InputStream in, int[] left) throws IOException {
        String size = HttpHead.line(in, left).split(";", 2)[0].strip();
        if (!HEX.matcher(size).matches()) {
            throw new IOException("it answers in no HTTP");
        }
        return Integer.parseInt(size, 16);
    }

    private static void copy(InputStream in, ByteArrayOutputStream body, int length, int most) throws IOException {
        if (length > most - body.size()) {
            throw tooLong(most);
        }
        byte[] piece = in.readNBytes(length);
        if (piece.length < length) {
            throw new IOException("it hung up within its answer");
        }
        body.writeBytes(piece);
    }

    private static IOException tooLong(int most) {
        return new IOException("its answer has more than " + most + " octets");
    }

    private static String why(IOException broken) {
        if (broken instanceof SSLException) {
            return "TLS could not prove the host";
        }
        String message = broken.getMessage();
        return message == null ? broken.getClass().getSimpleName() : message;
    }

    @Override
    public void close() {
        watchdog.close();
    }
}
