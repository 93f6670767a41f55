package org.chancery.api.http;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.chancery.core.access.ClientNetwork;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.fault.CallerFault;
import org.jspecify.annotations.Nullable;

/**
 * What a handler is given: a request that passed every check its route declares.
 *
 * @param principal who calls; null on open routes only
 * @param url path and query as the client wrote them
 * @param body the request record; null where the route takes none or the client sent none
 * @param reserved the value of the id for what the request creates, where it carries an {@code Idempotency-Key}
 * @param caller from where it comes
 * @param at when the call came in
 */
public record Call(
        @Nullable Principal principal,
        String url,
        Map<String, String> path,
        Query query,
        @Nullable Record body,
        @Nullable UUID reserved,
        Caller caller,
        Instant at) {

    /**
     * How the client reaches us.
     *
     * @param isTls as a trusted proxy before us says; we speak none ourselves
     */
    public record Caller(ClientNetwork network, boolean isTls) {}

    /** Who calls; for routes that are not open. */
    public Principal by() {
        return Optional.ofNullable(principal).orElseThrow();
    }

    /** The request record. */
    public <T extends Record> T body(Class<T> type) {
        return type.cast(Optional.ofNullable(body).orElseThrow());
    }

    /** The request record where the client sent one. */
    public <T extends Record> Optional<T> bodyIfAny(Class<T> type) {
        return Optional.ofNullable(type.cast(body));
    }

    /** The id in the path; 404 where the text there is no such id. */
    public <T> T id(Function<String, Optional<T>> parse, String what) {
        return Optional.ofNullable(path.get("id")).flatMap(parse).orElseThrow(() -> CallerFault.notFound(what));
    }

    /** The id of what the request creates. */
    public <T> T newId(Function<UUID, T> reservedId, Function<Instant, T> freshId) {
        return reserved == null ? freshId.apply(at) : reservedId.apply(reserved);
    }

    /** For what needs a further scope than the route itself. */
    public void require(Scope scope) {
        if (!by().may(scope)) {
            throw HttpFault.missingScope(scope.text());
        }
    }

    Call asking(Query read) {
        return new Call(principal, url, path, read, body, reserved, caller, at);
    }

    Call with(@Nullable Record request) {
        return new Call(principal, url, path, query, request, reserved, caller, at);
    }

    Call withReserved(UUID id) {
        return new Call(principal, url, path, query, body, id, caller, at);
    }
}
