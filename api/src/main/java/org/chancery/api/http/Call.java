package org.chancery.api.http;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.chancery.core.access.ClientNetwork;
import org.chancery.core.access.IdempotencyRepository.Claim.First;
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
 * @param claim what its {@code Idempotency-Key} has it do; null where it carries none
 * @param caller from where it comes
 * @param at when the call came in
 */
public record Call(
        @Nullable Principal principal,
        String url,
        Map<String, String> path,
        Query query,
        @Nullable Record body,
        @Nullable First claim,
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
        return claim == null ? freshId.apply(at) : reservedId.apply(claim.reserved());
    }

    /** When this very request was made first, where that try was cut off, so that what it asks for may be done already. */
    public Optional<Instant> cutOffAt() {
        return Optional.ofNullable(claim).filter(First::isTakenUp).map(First::firstMadeAt);
    }

    /** For what needs a further scope than the route itself. */
    public void require(Scope scope) {
        if (!by().may(scope)) {
            throw HttpFault.missingScope(scope.text());
        }
    }

    Call asking(Query read) {
        return new Call(principal, url, path, read, body, claim, caller, at);
    }

    Call as(@Nullable Principal again) {
        return new Call(again, url, path, query, body, claim, caller, at);
    }

    Call with(@Nullable Record request) {
        return new Call(principal, url, path, query, request, claim, caller, at);
    }

    Call claimed(First first) {
        return new Call(principal, url, path, query, body, first, caller, at);
    }
}
