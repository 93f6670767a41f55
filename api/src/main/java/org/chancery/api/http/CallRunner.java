package org.chancery.api.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.chancery.api.http.Bodies.Received;
import org.chancery.api.http.Call.Caller;
import org.chancery.core.access.Principal;
import org.chancery.core.access.SecretBox;
import org.chancery.core.fault.CallerFault;
import org.jspecify.annotations.Nullable;

/** Takes one call of a route through every check that the route declares, to its handler, and writes the answer. */
final class CallRunner implements Handler {
    /** Under which the route's path is found by whoever measures the call. */
    static final String ROUTE = "chancery.route";

    /**
     * Whoever takes longer to say what they want is asked again who they are: a token may be revoked while a body trickles in. What comes
     * with the header is there sooner.
     */
    private static final Duration ADMITTED_FOR = Duration.ofMillis(100);

    private final Route route;
    private final Surroundings surroundings;

    /** What all routes share. */
    record Surroundings(
            CallOrigin origin, Doorkeeper doorkeeper, Bodies bodies, Repeats repeats, SecretBox secrets, Clock clock) {

        Caller callerOf(Context ctx) throws UnknownHostException {
            // A literal address: nothing is looked up.
            InetAddress peer = InetAddress.getByName(ctx.req().getRemoteAddr());
            return origin.caller(peer, name -> Collections.list(ctx.req().getHeaders(name)));
        }

        @Nullable
        Principal admit(Access access, Context ctx, boolean isWrite, Caller caller) {
            Presented presented = new Presented(
                    ctx.header("Authorization"),
                    ctx.cookie(SessionCookie.NAME),
                    ctx.header(SessionCookie.CSRF_HEADER),
                    isWrite);
            return doorkeeper.admit(access, presented, caller.network());
        }
    }

    CallRunner(Route route, Surroundings surroundings) {
        this.route = route;
        this.surroundings = surroundings;
    }

    @Override
    public void handle(Context ctx) throws Exception {
        ctx.attribute(ROUTE, route.path());
        Caller caller = surroundings.callerOf(ctx);
        Principal principal = admit(ctx, caller);
        Call call = new Call(
                principal,
                url(ctx),
                ctx.pathParamMap(),
                Query.NONE,
                null,
                null,
                caller,
                surroundings.clock().instant());
        try {
            Doorkeeper.requireScope(route.access(), principal);
            carryOut(ctx, call.asking(Query.read(route.parameters(), ctx.req().getQueryString())));
        } catch (CallerFault | HttpFault refused) {
            RefusedCalls.tell(route, call, refused);
            throw refused;
        }
    }

    private void carryOut(Context ctx, Call call) throws Exception {
        try (Received received = receive(ctx)) {
            boolean tookLong =
                    call.at().plus(ADMITTED_FOR).isBefore(surroundings.clock().instant());
            Call admitted = call;
            if (tookLong) {
                admitted = call.as(admit(ctx, call.caller()));
                Doorkeeper.requireScope(route.access(), admitted.principal());
            }
            Answers.write(ctx, answer(ctx, admitted.with(body(ctx, received)), received));
        }
    }

    private @Nullable Principal admit(Context ctx, Caller caller) {
        return surroundings.admit(route.access(), ctx, route.method() != Method.GET, caller);
    }

    private Received receive(Context ctx) throws InterruptedException {
        if (route.body() == null) {
            surroundings.bodies().discard(ctx);
            return Received.NOTHING;
        }
        return surroundings.bodies().receive(ctx.req(), route.body());
    }

    private @Nullable Record body(Context ctx, Received received) {
        Route.Body declared = route.body();
        if (declared == null || (declared.isOptional() && received.bytes().length == 0)) {
            return null;
        }
        if (received.bytes().length == 0) {
            throw declared.isForm()
                    ? HttpFault.malformed("The form is missing.")
                    : HttpFault.malformedJson("The body is missing.", List.of());
        }
        String contentType = Objects.requireNonNullElse(ctx.contentType(), "");
        return declared.isForm()
                ? Form.read(contentType, received.bytes())
                : Json.read(received.bytes(), declared.type());
    }

    private Answer answer(Context ctx, Call call, Received received) throws Exception {
        List<String> keys = Collections.list(ctx.req().getHeaders(Repeats.HEADER));
        if (!route.takesIdempotencyKey() || keys.isEmpty()) {
            return route.handler().handle(call);
        }
        if (keys.size() > 1) {
            throw HttpFault.malformed("There is more than one Idempotency-Key.");
        }
        return surroundings.repeats().once(route, call, keys.getFirst(), fingerprint(ctx, received));
    }

    private String fingerprint(Context ctx, Received received) {
        String path =
                ctx.path().endsWith("/") ? ctx.path().substring(0, ctx.path().length() - 1) : ctx.path();
        return surroundings.secrets().fingerprint(route.method() + " " + path, received.bytes());
    }

    private static String url(Context ctx) {
        String query = ctx.req().getQueryString();
        return query == null ? ctx.req().getRequestURI() : ctx.req().getRequestURI() + '?' + query;
    }
}
