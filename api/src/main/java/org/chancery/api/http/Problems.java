package org.chancery.api.http;

import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.chancery.api.http.Problem.Blame;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one mapping of whatever goes wrong to what the client is told. */
final class Problems {
    static final String CONTENT_TYPE = "application/problem+json";

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private Problems() {}

    /** The answer to a call that ended with the exception. What nobody foresaw is logged here. */
    static Answer.Json answer(Exception thrown, String call) {
        return switch (thrown) {
            case HttpFault fault ->
                problem(fault.status(), fault.code(), fault.detail(), fault.errors(), fault.headers());
            case CallerFault fault -> callerFault(fault);
            case Unavailable unavailable -> {
                LOG.warn("{}: unavailable: {}", call, unavailable.getMessage(), unavailable);
                yield answer(HttpFault.unavailable("The server cannot do this just now; try again soon."), call);
            }
            case InterruptedException ignored -> answer(HttpFault.unavailable("The server is stopping."), call);
            case HttpException jettys -> ofLibrary(thrown, jettys.getCode(), call);
            case HttpResponseException javalins -> ofLibrary(thrown, javalins.getStatus(), call);
            default -> unforeseen(thrown, call);
        };
    }

    /** What Jetty or Javalin says of a request that it cannot read or dispatch. */
    private static Answer.Json ofLibrary(Exception thrown, int status, String call) {
        return status < 500
                ? problem(status, "malformed", "The request cannot be read.", List.of(), Map.of())
                : unforeseen(thrown, call);
    }

    /** The answer to a call that ended with a bug or worse: an id under which the log tells more, and nothing else. */
    static Answer.Json unforeseen(Throwable thrown, String call) {
        byte[] random = new byte[6];
        RANDOM.nextBytes(random);
        String incident = HexFormat.of().formatHex(random);
        LOG.error("{}: incident {}", call, incident, thrown);
        Problem problem = new Problem(
                "about:blank",
                title(500),
                500,
                "Something went wrong here; the operator finds it in the log as incident " + incident + ".",
                "internal_error",
                List.of(),
                incident,
                null);
        return new Answer.Json(500, problem, CONTENT_TYPE, Map.of());
    }

    /** The problem alone, for what fails before or outside any route. */
    static Problem of(int status, String code, String detail) {
        return new Problem("about:blank", title(status), status, detail, code, List.of(), null, null);
    }

    /** The same answer in the shape of the family that the path belongs to. */
    static Answer.Json shaped(Answer.Json answer, String path) {
        return path.startsWith("/api/") && answer.body() instanceof Problem problem
                ? FailureJson.of(
                        answer.status(),
                        new FailureJson.ErrorJson(problem.code(), problem.detail(), problem.errors()),
                        answer.headers())
                : answer;
    }

    private static Answer.Json callerFault(CallerFault fault) {
        int status = switch (fault.kind()) {
            case BAD_REQUEST -> 400;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case TOO_LARGE -> 413;
            case INVALID -> 422;
            case TOO_MANY -> 429;
        };
        if (!fault.decision().isEmpty()) {
            Problem problem = new Problem(
                    "about:blank",
                    title(status),
                    status,
                    fault.text(),
                    fault.code(),
                    List.of(),
                    null,
                    fault.decision());
            return new Answer.Json(status, problem, CONTENT_TYPE, Map.of());
        }
        String place = fault.pointer();
        if (place == null) {
            return problem(status, fault.code(), fault.text(), List.of(), retryAfter(fault));
        }
        Blame blame = Blame.at(place, fault.text());
        String name = blame.parameter() == null ? place : blame.parameter();
        return problem(status, fault.code(), name + " " + fault.text() + ".", List.of(blame), Map.of());
    }

    private static Map<String, String> retryAfter(CallerFault fault) {
        Duration wait = fault.retryAfter();
        return wait == null ? Map.of() : Map.of("Retry-After", Long.toString(Math.max(1, wait.toSeconds())));
    }

    private static Answer.Json problem(
            int status, String code, String detail, List<Blame> errors, Map<String, String> headers) {
        Problem problem = new Problem("about:blank", title(status), status, detail, code, errors, null, null);
        return new Answer.Json(status, problem, CONTENT_TYPE, headers);
    }

    private static String title(int status) {
        // RFC 9110 §15.6.1; the library has another name for it.
        return status == 500
                ? "Internal Server Error"
                : HttpStatus.forStatus(status).getMessage();
    }
}
