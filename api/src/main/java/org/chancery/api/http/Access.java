package org.chancery.api.http;

import java.util.List;
import org.chancery.core.access.Scope;

/** Who may call a route. */
public sealed interface Access {

    /** Everybody, without a token. */
    record Open() implements Access {}

    /** Everybody with a valid token. */
    record AnyToken() implements Access {}

    /** Tokens with all of these scopes; {@code admin} includes every other. */
    record Scoped(List<Scope> scopes) implements Access {
        public Scoped {
            scopes = List.copyOf(scopes);
        }
    }
}
