package org.chancery.api.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.NotFoundResponse;
import io.javalin.util.JavalinBindException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.chancery.api.http.CallRunner.Surroundings;
import org.chancery.core.access.Principal;
import org.chancery.core.access.SecretBox;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: Jetty for the wire, Javalin for dispatching. Each call runs in a virtual thread of its own; a few
 * platform threads accept and select.
 */
public final class HttpServer {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    /** Accepting and selecting; calls are not run here. */
    private static final int PLATFORM_THREADS = 16;

    /** RFC 9110 §5.4 leaves the limit to us. A token, a cursor and an idempotency key have room. */
    private static final int MAX_REQUEST_HEADER = 16 * 1024;

    private static final Set<HandlerType> CHANGING =
            Set.of(HandlerType.POST, HandlerType.PUT, HandlerType.PATCH, HandlerType.DELETE);

    /** What each call passes. */
    public record Gate(Doorkeeper doorkeeper, Repeats repeats, SecretBox secrets) {}

    private final HttpConfig config;
    private final MeterRegistry meters;
    private final Javalin javalin;

    public HttpServer(HttpConfig config, RouteTable routes, Gate gate, MeterRegistry meters, Clock clock) {
        this.config = config;
        this.meters = meters;
        Bodies bodies = new Bodies(config.maxBody(), config.largeBodiesAtOnce());
        Surroundings surroundings = new Surroundings(
                new CallOrigin(config.trustedProxies()),
                gate.doorkeeper(),
                bodies,
                gate.repeats(),
                gate.secrets(),
                clock);
        this.javalin = Javalin.create(javalin -> {
            configure(javalin);
            javalin.routes.before(HttpServer::harden);
            routes.register(javalin.routes, surroundings);
            javalin.routes.exception(
                    NotFoundResponse.class, (e, ctx) -> problem(ctx, unmatched(routes, surroundings, ctx), bodies));
            javalin.routes.exception(Exception.class, (e, ctx) -> problem(ctx, e, bodies));
            javalin.requestLogger.http((ctx, milliseconds) -> measure(ctx, milliseconds));
        });
    }

    /** Listens from now on. */
    public void start() {
        try {
            javalin.start();
        } catch (JavalinBindException taken) {
            throw new IllegalStateException(
                    "http.bind = " + config.bind() + ", http.port = " + config.port()
                            + ": cannot listen there; is another server running? Port 0 means any free one.",
                    taken);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return javalin.port();
    }

    /** Takes no more calls, and lets those under way end within that time. */
    public void stop(Duration within) {
        // For Jetty, no time means that it does not wait for calls at all.
        javalin.jettyServer().server().setStopTimeout(Math.max(1, within.toMillis()));
        javalin.stop();
    }

    private void configure(JavalinConfig javalin) {
        javalin.startup.showJavalinBanner = false;
        javalin.startup.showOldJavalinVersionWarning = false;
        javalin.startup.startupWatcherEnabled = false;
        javalin.http.compressionStrategy = CompressionStrategy.NONE;
        javalin.router.ignoreTrailingSlashes = true;
        javalin.router.javaLangErrorHandler((response, error) -> {
            Answer.Json problem = Problems.unforeseen(error, "a call");
            byte[] text = Json.write(problem.body());
            response.setStatus(problem.status());
            response.setContentType(problem.contentType());
            response.setContentLength(text.length);
            try {
                response.getOutputStream().write(text);
            } catch (IOException gone) {
                LOG.debug("nobody hears of it", gone);
            }
        });
        javalin.jetty.threadPool = threads();
        javalin.jetty.modifyHttpConfiguration(HttpServer::configure);
        javalin.jetty.modifyServer(this::configure);
        javalin.jetty.addConnector(this::connector);
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS, 4);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-call-"));
        return threads;
    }

    private static void configure(HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setUriCompliance(UriCompliance.DEFAULT);
        http.setRequestHeaderSize(MAX_REQUEST_HEADER);
    }

    private void configure(Server server) {
        server.setErrorHandler(new JettyErrors());
        if (server.getHandler() instanceof Handler.Singleton statistics) {
            statistics.setHandler(new GracefulHandler());
        }
        server.addBean(new NetworkConnectionLimit(config.maxConnections(), server));
    }

    private Connector connector(Server server, HttpConfiguration http) {
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(config.bind());
        connector.setPort(config.port());
        connector.setIdleTimeout(config.idleTimeout().toMillis());
        // Connections that only wait for their next request go at once when the server stops.
        connector.setShutdownIdleTimeout(Duration.ofSeconds(1).toMillis());
        return connector;
    }

    /** For every answer, whatever becomes of the call: nothing here is to be cached, guessed at, framed or run. */
    private static void harden(Context ctx) {
        ctx.header("Cache-Control", "no-store");
        ctx.header("X-Content-Type-Options", "nosniff");
        ctx.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        ctx.header("Referrer-Policy", "no-referrer");
    }

    private static Exception unmatched(RouteTable routes, Surroundings surroundings, Context ctx) {
        Optional<Route> there = routes.at(ctx.path());
        if (there.isEmpty()) {
            return HttpFault.nothingHere();
        }
        HttpFault refused = HttpFault.methodNotAllowed(routes.allowed(ctx.path()));
        if (CHANGING.contains(ctx.method())) {
            whoCalls(surroundings, ctx)
                    .ifPresent(
                            by -> RefusedCalls.tellOfMethod(ctx.method().name(), there.get(), ctx.path(), refused, by));
        }
        return refused;
    }

    /** The answer is the same for everybody, so that nobody is told why they are not known. */
    private static Optional<Principal> whoCalls(Surroundings surroundings, Context ctx) {
        try {
            return Optional.ofNullable(
                    surroundings.admit(new Access.AnyToken(), ctx, true, surroundings.callerOf(ctx)));
        } catch (RuntimeException | IOException unknown) {
            LOG.debug("nobody is known to call", unknown);
            return Optional.empty();
        }
    }

    private static void problem(Context ctx, Exception thrown, Bodies bodies) {
        Answer.Json answer = Problems.shaped(Problems.answer(thrown, ctx.method() + " " + ctx.path()), ctx.path());
        if (!ctx.res().isCommitted()) {
            if (!answer.headers().containsKey("Connection")) {
                bodies.discard(ctx);
            }
            Answers.json(ctx, answer);
        }
        // Else the content breaks off, which Jetty tells the client by closing the connection.
    }

    private void measure(Context ctx, float milliseconds) {
        Timer.builder("chancery.http.calls")
                .description("Calls answered")
                .tag(
                        "method",
                        HandlerType.commonHttp().contains(ctx.method())
                                ? ctx.method().name()
                                : "other")
                .tag(
                        "route",
                        Optional.<String>ofNullable(ctx.attribute(CallRunner.ROUTE))
                                .orElse("none"))
                .tag("status", Integer.toString(ctx.statusCode()))
                .register(meters)
                .record(Duration.ofNanos((long) (milliseconds * 1_000_000)));
    }
}
