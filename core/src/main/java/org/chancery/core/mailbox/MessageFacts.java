package org.chancery.core.mailbox;

import java.time.Instant;
import java.util.List;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * What is true of every message, in or out.
 *
 * @param from the originator; for inbound mail as the stranger wrote it
 * @param bcc known for outbound mail only
 * @param internetId the Message-ID header field, or null where a stranger's mail has none
 * @param raw the digest of the raw bytes; those of a draft are composed anew when it leaves
 * @param size octets of the raw bytes
 * @param occurredAt when the mail came in or was made
 */
public record MessageFacts(
        MessageId id,
        WorkspaceId workspace,
        EndpointId endpoint,
        ThreadId thread,
        Mailbox from,
        List<Mailbox> to,
        List<Mailbox> cc,
        List<Mailbox> bcc,
        String subject,
        @Nullable InternetMessageId internetId,
        RawDigest raw,
        long size,
        Instant occurredAt) {
    public MessageFacts {
        to = List.copyOf(to);
        cc = List.copyOf(cc);
        bcc = List.copyOf(bcc);
    }
}
