package org.chancery.delivery.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.chancery.core.webhook.WebhookCaller;
import org.chancery.core.webhook.WebhookSignature;
import org.chancery.delivery.net.Watchdog;
import org.chancery.delivery.webhook.WebhookGuard.Way;

/**
 * Calls webhooks over connections of its own: the address that was checked is the one that is connected to, which the JDK's
 * client cannot promise (ADR "Webhooks over our own connections"). Redirects are not followed, proxies not used, and no answer
 * is read further than the record needs.
 *
 * <p><i>Standards:</i> RFC 9112 (HTTP/1.1), Standard Webhooks.
 */
public final class GuardedWebhookCaller implements WebhookCaller, AutoCloseable {

    /** From the first packet to the last octet of the answer. */
    public static final Duration LIMIT = Duration.ofSeconds(15);

    /** Milliseconds between two octets of a body that only the record wants. */
    private static final int BODY_PATIENCE = 500;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final WebhookGuard guard;
    private final SSLContext trusted;
    private final Duration limit;
    private final Clock clock;
    private final Watchdog watchdog = new Watchdog();

    /** @param limit for a whole call, {@link #LIMIT} but in tests */
    public GuardedWebhookCaller(WebhookGuard guard, SSLContext trusted, Duration limit, Clock clock) {
        this.guard = guard;
        this.trusted = trusted;
        this.limit = limit;
        this.clock = clock;
    }

    @Override
    public Answer call(Call call) {
        return switch (guard.way(call.url())) {
            case Way.Closed closed -> new Answer.Forbidden("the URL " + closed.why());
            case Way.Unknown unknown -> new Answer.Unreachable(unknown.why());
            case Way.Open open -> converse(open, call);
        };
    }

    private Answer converse(Way.Open way, Call call) {
        Socket plain = new Socket();
        try (plain;
                Watchdog.Watch watch = watchdog.over(plain, limit)) {
            try {
                PinnedConnection.connect(plain, way.address(), way.destination().port(), limit);
                HttpAnswer answer = say(secured(plain, way.destination()), way.destination(), call);
                return new Answer.Status(answer.status(), answer.excerpt(), answer.retryAfter());
            } catch (SocketTimeoutException late) {
                return new Answer.Unreachable("no connection within " + limit.toSeconds() + " s");
            } catch (IOException broken) {
                return new Answer.Unreachable(
                        watch.ranOut() ? "no answer within " + limit.toSeconds() + " s" : reason(broken));
            }
        } catch (IOException notClosed) {
            return new Answer.Unreachable(reason(notClosed));
        }
    }

    private Socket secured(Socket plain, Destination destination) throws IOException {
        return destination.isTls() ? PinnedConnection.secure(plain, destination, trusted) : plain;
    }

    private HttpAnswer say(Socket socket, Destination destination, Call call) throws IOException {
        byte[] body = json(call.body());
        OutputStream out = socket.getOutputStream();
        out.write(request(destination, call, body));
        out.flush();
        InputStream in = new BufferedInputStream(socket.getInputStream(), 2048);
        return HttpAnswer.read(in, () -> socket.setSoTimeout(BODY_PATIENCE));
    }

    private byte[] request(Destination destination, Call call, byte[] body) {
        long timestamp = clock.instant().getEpochSecond();
        String head = "POST " + destination.target() + " HTTP/1.1\r\n"
                + "Host: " + destination.authority() + "\r\n"
                + "User-Agent: Chancery\r\n"
                + "Connection: close\r\n"
                + "Content-Type: application/json\r\n"
                + "Content-Length: " + body.length + "\r\n"
                + "webhook-id: " + call.id() + "\r\n"
                + "webhook-timestamp: " + timestamp + "\r\n"
                + "webhook-signature: " + WebhookSignature.of(call.secret(), call.id(), timestamp, body) + "\r\n"
                + "\r\n";
        ByteArrayOutputStream whole = new ByteArrayOutputStream(head.length() + body.length);
        whole.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        whole.writeBytes(body);
        return whole.toByteArray();
    }

    private static byte[] json(Map<String, Object> body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException bug) {
            throw new IllegalStateException(bug);
        }
    }

    /** For people; of TLS only that it failed, for its messages quote certificates. */
    private static String reason(IOException broken) {
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
