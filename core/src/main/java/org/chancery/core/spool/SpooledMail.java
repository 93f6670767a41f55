package org.chancery.core.spool;

import java.io.InputStream;
import org.chancery.core.fault.Unavailable;
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

    /**
     * The raw bytes, exactly as received; each call begins anew. The caller closes. To read from the stream throws as this
     * does, so that trouble of the spool is told from that of whoever takes the bytes.
     *
     * @throws DamagedMail where they are not what was committed; a stream says so at its end at the latest
     * @throws Unavailable where they cannot be read now
     */
    InputStream open();
}
