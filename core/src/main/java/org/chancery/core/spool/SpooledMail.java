package org.chancery.core.spool;

import java.io.InputStream;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.Envelope;

/** A committed mail, claimed for processing. */
public interface SpooledMail {
    SpoolId id();

    Envelope envelope();

    Arrival arrival();

    /** Octets of the raw mail. */
    long size();

    /**
     * Which try this is, from 1. Tries that ended in a crash of the server count, so that a mail that takes the server down
     * cannot do so for ever.
     */
    int attempt();

    /** The raw bytes, exactly as received; each call begins anew. The caller closes. */
    InputStream open();
}
