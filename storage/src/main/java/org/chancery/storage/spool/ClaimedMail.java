package org.chancery.storage.spool;

import java.io.IOException;
import java.io.InputStream;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.Envelope;
import org.chancery.core.spool.SpooledMail;

/** A mail as the pipeline gets it. */
record ClaimedMail(SpoolId id, Envelope envelope, Arrival arrival, long size, int attempt, Body body)
        implements SpooledMail {

    /** Where the raw bytes come from. */
    @FunctionalInterface
    interface Body {
        InputStream open() throws IOException;
    }

    @Override
    public InputStream open() {
        try {
            return body.open();
        } catch (IOException e) {
            throw new Unavailable("opening the spooled mail " + id, e);
        }
    }
}
