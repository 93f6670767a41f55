package org.chancery.core.id;

import java.util.UUID;

/**
 * An id as clients see it: a short prefix, an underscore and the UUID in 26 characters of Crockford's base 32, lower
 * case, such as {@code msg_06h2k...}. Opaque to clients. The UUID is version 7 (RFC 9562 §5.7), so that ids sort by the
 * time at which they were made.
 */
public interface PublicId {
    UUID value();

    /** The part before the underscore, such as {@code msg}. */
    String prefix();

    /** The whole id as clients see it. */
    default String text() {
        return prefix() + '_' + Base32.encode(value());
    }
}
