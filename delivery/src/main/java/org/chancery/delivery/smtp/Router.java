package org.chancery.delivery.smtp;

/** Finds the way to a destination; one for each mode. */
interface Router {

    /** Takes bounded time. */
    Route to(String destination);
}
