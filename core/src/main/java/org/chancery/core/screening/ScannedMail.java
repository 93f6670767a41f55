package org.chancery.core.screening;

import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;

/**
 * A mail that a server beside ours is shown.
 *
 * @param attempt which try of the pipeline this is, from 1, counted over restarts
 * @param size octets of the raw mail
 * @param raw its bytes as received; may be read while the mail waits in the spool
 */
public record ScannedMail(SpoolId id, int attempt, Arrival arrival, long size, RawMail raw) {}
