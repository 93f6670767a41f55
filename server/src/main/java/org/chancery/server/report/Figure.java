package org.chancery.server.report;

import java.util.Locale;

/**
 * One measured share.
 *
 * @param passed how many of those counted
 * @param of how many were looked at; 0 where the set has none
 */
record Figure(long passed, long of) {
    static final Figure NONE = new Figure(0, 0);

    double value() {
        return of == 0 ? 0 : (double) passed / of;
    }

    Figure plus(long morePassed, long more) {
        return new Figure(passed + morePassed, of + more);
    }

    /** Three places: an item more or less is seen in every set. */
    String text() {
        return of == 0 ? "-" : String.format(Locale.ROOT, "%.3f", value());
    }
}
