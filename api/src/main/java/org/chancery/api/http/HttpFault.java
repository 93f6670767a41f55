package org.chancery.api.http;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.chancery.api.http.Problem.Blame;

/** A call that breaks a rule of HTTP or of our use of it; what core refuses is a {@code CallerFault}. */
final class HttpFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<Blame> errors;
    private final transient Map<String, String> headers;

    private HttpFault(int status, String code, String detail, List<Blame> errors, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.errors = errors;
        this.headers = headers;
    }

    static HttpFault malformed(String detail) {
        return new HttpFault(400, "malformed", detail, List.of(), Map.of());
    }

    static HttpFault malformedJson(String detail, List<Blame> errors) {
        return new HttpFault(400, "malformed_json", detail, errors, Map.of());
    }

    /** RFC 9110 §11.6.1: a 401 says how to authenticate; RFC 6750 §3.1: with an error only if something was presented. */
    static HttpFault unauthorized(boolean presented) {
        return new HttpFault(
                401,
                presented ? "invalid_token" : "missing_token",
                presented
                        ? "The token is unknown, expired or revoked."
                        : "This call needs a token: Authorization: Bearer ….",
                List.of(),
                Map.of(
                        "WWW-Authenticate",
                        presented
                                ? "Bearer realm=\"chancery\", error=\"invalid_token\""
                                : "Bearer realm=\"chancery\""));
    }

    static HttpFault missingScope(String scope) {
        return new HttpFault(
                403,
                "missing_scope",
                "This call needs the scope " + scope + ".",
                List.of(),
                Map.of(
                        "WWW-Authenticate",
                        "Bearer realm=\"chancery\", error=\"insufficient_scope\", scope=\"" + scope + "\""));
    }

    static HttpFault csrf() {
        return new HttpFault(
                403,
                "csrf",
                "A write by session cookie needs the header " + SessionCookie.CSRF_HEADER
                        + " with the token that was told at sign-in.",
                List.of(),
                Map.of());
    }

    static HttpFault nothingHere() {
        return new HttpFault(404, "not_found", "There is nothing at this path.", List.of(), Map.of());
    }

    static HttpFault methodNotAllowed(String allowed) {
        return new HttpFault(
                405, "method_not_allowed", "This path takes " + allowed + ".", List.of(), Map.of("Allow", allowed));
    }

    /** RFC 9110 §15.5.9: the client may try again, over another connection. */
    static HttpFault tooSlow() {
        return new HttpFault(408, "too_slow", "The body came too slowly.", List.of(), Map.of("Connection", "close"));
    }

    static HttpFault inFlight() {
        return new HttpFault(
                409,
                "idempotency_in_flight",
                "A request with this Idempotency-Key is under way.",
                List.of(),
                Map.of("Retry-After", "1"));
    }

    static HttpFault otherRequest() {
        return new HttpFault(
                422, "idempotency_mismatch", "This Idempotency-Key was used for another request.", List.of(), Map.of());
    }

    /** The rest of the body is not waited for, so the connection cannot be used any further. */
    static HttpFault tooLarge(long limit) {
        return new HttpFault(
                413,
                "too_large",
                "The body is longer than " + limit + " octets.",
                List.of(),
                Map.of("Connection", "close"));
    }

    static HttpFault unsupportedType(String detail) {
        return new HttpFault(415, "unsupported_media_type", detail, List.of(), Map.of("Accept", "application/json"));
    }

    static HttpFault invalid(List<Blame> errors) {
        Blame first = errors.getFirst();
        String place = first.parameter() == null ? first.pointer() : first.parameter();
        return new HttpFault(422, "invalid", place + " " + first.message() + ".", errors, Map.of());
    }

    static HttpFault tooMany(Duration wait) {
        return new HttpFault(
                429,
                "too_many_failures",
                "This token, or too many others from your address, turned out to be invalid; wait a little.",
                List.of(),
                Map.of("Retry-After", RetryAfter.seconds(wait)));
    }

    static HttpFault unavailable(String detail) {
        return new HttpFault(503, "unavailable", detail, List.of(), Map.of("Retry-After", "5"));
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String detail() {
        String message = getMessage();
        return message == null ? code : message;
    }

    List<Blame> errors() {
        return errors;
    }

    Map<String, String> headers() {
        return headers;
    }
}
