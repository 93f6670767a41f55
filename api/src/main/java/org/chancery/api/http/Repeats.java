package org.chancery.api.http;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.chancery.core.access.IdempotencyRepository.Claim;
import org.chancery.core.access.IdempotencyRepository.Lease;
import org.chancery.core.access.IdempotencyService;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.TokenId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a request that is repeated with its {@code Idempotency-Key} the answer it got first, without doing it again. */
public final class Repeats {
    static final String HEADER = "Idempotency-Key";

    private static final Logger LOG = LoggerFactory.getLogger(Repeats.class);
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /** RFC 9110 §15: from here on nothing was done, and the same may be tried again. */
    private static final int REFUSED = 400;

    private final IdempotencyService keys;

    public Repeats(IdempotencyService keys) {
        this.keys = keys;
    }

    /**
     * Does the request, or answers as the first time.
     *
     * @param request the fingerprint of method, path and body
     */
    Answer once(Route route, Call call, String key, String request) throws Exception {
        if (!KEY.matcher(key).matches()) {
            throw CallerFault.badRequest(
                    "invalid_idempotency_key", "The Idempotency-Key must be 1 to 255 visible ASCII characters.");
        }
        TokenId token = call.by().token();
        return switch (keys.claim(token, key, request)) {
            case Claim.First first -> first(route, call.claimed(first), new Lease(token, key, first.lease()));
            case Claim.InFlight ignored -> throw HttpFault.inFlight();
            case Claim.OtherRequest ignored -> throw HttpFault.otherRequest();
            case Claim.Answered answered -> new Answer.Replayed(answered.status(), answered.body());
        };
    }

    private Answer first(Route route, Call call, Lease lease) throws Exception {
        Answer answer;
        try {
            answer = done(route, call);
        } catch (CallerFault | HttpFault refused) {
            refused(lease, call);
            throw refused;
        } catch (Exception | Error unknownOutcome) {
            keys.abandon(lease);
            throw unknownOutcome;
        }
        try {
            keep(call, lease, answer);
        } catch (RuntimeException lost) {
            // It has taken effect, so the client is told. Its repetition finds what was made under the reserved id.
            LOG.warn("the answer to a request with an Idempotency-Key could not be kept", lost);
            keys.abandon(lease);
        }
        return answer;
    }

    /** What the try that was cut off had deleted already, is deleted. */
    private static Answer done(Route route, Call call) throws Exception {
        try {
            return route.handler().handle(call);
        } catch (CallerFault fault) {
            if (call.cutOffAt().isPresent()
                    && route.method() == Method.DELETE
                    && fault.kind() == CallerFault.Kind.NOT_FOUND
                    && route.gives().status() == Answer.Nothing.STATUS) {
                return new Answer.Nothing();
            }
            throw fault;
        }
    }

    /** Nothing was done, unless by the try that was cut off: then the key goes on, lest the same is done twice. */
    private void refused(Lease lease, Call call) {
        if (call.cutOffAt().isPresent()) {
            keys.abandon(lease);
        } else {
            keys.forget(lease);
        }
    }

    private void keep(Call call, Lease lease, Answer answer) {
        if (answer instanceof Answer.Json json && json.status() >= REFUSED) {
            refused(lease, call);
            return;
        }
        switch (answer) {
            case Answer.Json json -> keys.finish(lease, json.status(), text(json.body()));
            case Answer.Once once -> keys.finish(lease, once.first().status(), text(once.repeated()));
            case Answer.Replayed ignored -> throw new IllegalStateException("a first answer is no repetition");
            case Answer.Nothing ignored -> keys.finish(lease, Answer.Nothing.STATUS, "");
            case Answer.Content ignored -> throw new IllegalStateException("only JSON can be answered again");
            case Answer.Written ignored -> throw new IllegalStateException("only JSON can be answered again");
            case Answer.Stream ignored -> throw new IllegalStateException("only JSON can be answered again");
        }
    }

    private static String text(Object body) {
        return new String(Json.write(body), StandardCharsets.UTF_8);
    }
}
