package org.chancery.api.http;

import org.chancery.core.access.Scope;

/** Who may call a route. */
public sealed interface Access {

    /** Everybody, without a token. */
    record Open() implements Access {}

    /** Everybody with a valid token. */
    record AnyToken() implements Access {}

    /** Tokens with that scope; {@code admin} includes every other. */
    record Scoped(Scope scope) implements Access {}
}
