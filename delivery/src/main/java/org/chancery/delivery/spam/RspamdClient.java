package org.chancery.delivery.spam;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.screening.FailedOnMail;
import org.chancery.core.screening.RawMail;
import org.chancery.core.spool.DamagedMail;
import org.jspecify.annotations.Nullable;

/**
 * Posts mails to Rspamd: streamed, in bounded time, with bounded answers. Redirects are not followed.
 *
 * <p><i>Standards:</i> RFC 9112, and rspamd.com/doc/architecture/protocol.html. <i>Trusts:</i> the server that the operator names to
 * score, and nothing else about it.
 */
final class RspamdClient implements AutoCloseable {
    /** A score with all its symbols has about 10 KB. */
    static final int MAX_ANSWER = 1 << 20;

    private final HttpClient http;
    private final Duration timeout;

    RspamdClient(Duration timeout) {
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** What came back. */
    record Answer(int status, byte[] body) {}

    /**
     * Posts a mail.
     *
     * @param fields sets the request's header fields by name and value
     * @throws Unavailable where nobody takes the connection
     * @throws FailedOnMail where somebody does, and gives no whole answer in time
     */
    Answer post(URI at, long size, RawMail raw, Consumer<BiConsumer<String, String>> fields) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(at).POST(body(size, raw)).timeout(timeout);
        fields.accept((name, value) -> request.header(name, value));
        CompletableFuture<HttpResponse<byte[]>> asked =
                http.sendAsync(request.build(), answered -> new BoundedBody(MAX_ANSWER));
        try {
            HttpResponse<byte[]> response = asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (TimeoutException late) {
            throw new FailedOnMail("Rspamd gave no answer within " + timeout.toSeconds() + " s", null);
        } catch (ExecutionException e) {
            throw broken(at, e.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new Unavailable("Rspamd was not asked, for this server stops", null);
        } finally {
            asked.cancel(true);
        }
    }

    /** Why there is no answer: our own disk, nobody there, or somebody who gave none. */
    private static RuntimeException broken(URI at, @Nullable Throwable cause) {
        for (Throwable one = cause; one != null; one = one.getCause()) {
            switch (one) {
                case Unavailable ours -> {
                    return ours;
                }
                case DamagedMail ours -> {
                    return ours;
                }
                case ConnectException nobody -> {
                    return new Unavailable("no Rspamd at " + at, nobody);
                }
                case HttpConnectTimeoutException nobody -> {
                    return new Unavailable("no Rspamd at " + at, nobody);
                }
                default -> {}
            }
        }
        return new FailedOnMail("Rspamd broke off", cause);
    }

    private static BodyPublisher body(long size, RawMail raw) {
        BodyPublisher stream = BodyPublishers.ofInputStream(() -> open(raw));
        return size > 0 ? BodyPublishers.fromPublisher(stream, size) : stream;
    }

    private static InputStream open(RawMail raw) {
        try {
            return raw.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
