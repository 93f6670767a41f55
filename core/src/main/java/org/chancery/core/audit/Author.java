package org.chancery.core.audit;

import org.jspecify.annotations.Nullable;

/**
 * Who did what an entry tells, and by which way.
 *
 * @param kind {@code user}, {@code agent}, {@code endpoint}, {@code operator} or {@code server}
 * @param id the public id; for the last two kinds the kind itself
 * @param label a name for people: an e-mail address or an agent's name
 * @param token the public id of the token that was used, or null
 */
public record Author(
        String kind,
        String id,
        String label,
        Channel channel,
        @Nullable String token) {

    /** Whoever may use the operator's commands. */
    public static final Author OPERATOR = new Author("operator", "operator", "operator", Channel.ADMIN, null);

    /** The server itself. */
    public static final Author SERVER = new Author("server", "server", "server", Channel.SERVER, null);
}
