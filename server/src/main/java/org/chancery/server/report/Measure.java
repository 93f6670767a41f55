package org.chancery.server.report;

import java.io.IOException;

/** How one capability is measured. */
@FunctionalInterface
interface Measure {
    /**
     * Reads the item as the server would and counts how it compares.
     *
     * @throws IOException where the item's own files cannot be read
     */
    void take(Item item, Tally tally) throws IOException;
}
