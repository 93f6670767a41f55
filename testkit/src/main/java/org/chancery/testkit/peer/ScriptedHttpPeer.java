package org.chancery.testkit.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;

/** Somebody's HTTP server on loopback, which answers as a test says and remembers what it was asked. */
public final class ScriptedHttpPeer implements AutoCloseable {

    /** What it was asked; names of header fields in lower case. */
    public record Request(String method, String target, Map<String, String> headers, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** What it answers. */
    public record Reply(int status, String body, Map<String, String> headers, Duration after) {
        public static Reply of(int status, String body) {
            return new Reply(status, body, Map.of(), Duration.ZERO);
        }

        public Reply with(String header, String value) {
            return new Reply(status, body, Map.of(header, value), after);
        }

        /** The same, that much later, or when the peer is closed. */
        public Reply after(Duration delay) {
            return new Reply(status, body, headers, delay);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Request> requests = new ArrayList<>();
    private volatile Function<Request, Reply> script;

    private ScriptedHttpPeer(Function<Request, Reply> script, boolean isSecured) {
        this.script = script;
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            if (isSecured) {
                HttpsServer secured = HttpsServer.create(anyPort, 0);
                secured.setHttpsConfigurator(new HttpsConfigurator(PeerCertificate.serving()));
                server = secured;
            } else {
                server = HttpServer.create(anyPort, 0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public static ScriptedHttpPeer start(Function<Request, Reply> script) {
        return new ScriptedHttpPeer(script, false);
    }

    /** One that speaks TLS, with {@link PeerCertificate}. */
    public static ScriptedHttpPeer startSecured(Function<Request, Reply> script) {
        return new ScriptedHttpPeer(script, true);
    }

    /** Answers otherwise from now on. */
    public void script(Function<Request, Reply> next) {
        script = next;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            Request request = new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    headers,
                    exchange.getRequestBody().readAllBytes());
            synchronized (requests) {
                requests.add(request);
                requests.notifyAll();
            }
            Reply reply = script.apply(request);
            boolean closed = closing.await(reply.after().toNanos(), java.util.concurrent.TimeUnit.NANOSECONDS);
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            reply.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            if (!closed) {
                exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All requests so far, oldest first. */
    public List<Request> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /** Waits until so many requests came that are as wanted. */
    public List<Request> await(int count, Predicate<Request> wanted, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        synchronized (requests) {
            while (true) {
                List<Request> found = requests.stream().filter(wanted).toList();
                long left = (end - System.nanoTime()) / 1_000_000;
                if (found.size() >= count) {
                    return found;
                }
                if (left <= 0) {
                    throw new AssertionError("only " + found.size() + " of " + count + " requests came");
                }
                try {
                    requests.wait(left);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    public List<Request> await(int count, Duration patience) {
        return await(count, request -> true, patience);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.close();
    }
}
