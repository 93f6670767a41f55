package org.chancery.smtpingest;

import org.chancery.core.access.Credentials;
import org.chancery.core.endpoint.RecipientLookup;
import org.chancery.core.send.SubmissionDoor;
import org.chancery.core.spool.Spool;

/** What SMTP asks of the product. Each is used by many sessions at once. */
public record CorePorts(RecipientLookup recipients, Spool spool, Credentials credentials, SubmissionDoor door) {}
