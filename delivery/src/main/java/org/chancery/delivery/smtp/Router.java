package org.chancery.delivery.smtp;

import java.util.function.Predicate;

/** Finds the way to a destination; one for each mode. */
interface Router {

    /**
     * Takes bounded time.
     *
     * @param mayBe whether a host, in lower case, is one that mail for the destination may be shown to; asked before limits cut the
     *     list of hosts short
     */
    Route to(String destination, Predicate<String> mayBe);
}
