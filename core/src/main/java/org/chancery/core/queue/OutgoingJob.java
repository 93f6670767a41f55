package org.chancery.core.queue;

import java.time.Instant;
import java.util.List;
import org.chancery.core.id.JobId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.RawDigest;

/**
 * A message on its way to one destination.
 *
 * @param destination the domain of its recipients, lower case; in relay mode as well, so that a slow domain behind the
 *     relay shows
 * @param recipients those whom this job still has to reach; never empty
 * @param attempts how often it was tried already
 * @param queuedAt when the message was queued
 */
public record OutgoingJob(
        JobId id,
        WorkspaceId workspace,
        MessageId message,
        String destination,
        ReversePath reversePath,
        List<EmailAddress> recipients,
        RawDigest raw,
        long size,
        int attempts,
        Instant queuedAt) {
    public OutgoingJob {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("a job needs a recipient");
        }
    }

    /** The same for some of its recipients. */
    OutgoingJob to(List<EmailAddress> some) {
        return new OutgoingJob(id, workspace, message, destination, reversePath, some, raw, size, attempts, queuedAt);
    }
}
