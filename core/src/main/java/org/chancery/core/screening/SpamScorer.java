package org.chancery.core.screening;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;

/** Says how much a mail looks like spam: the built-in scorer, or a server that the operator names. */
public interface SpamScorer {

    /**
     * A mail to be scored.
     *
     * @param content its body; read when it is first asked for, and once
     */
    record Candidate(
            ScannedMail scanned,
            Envelope envelope,
            MessageHeader header,
            Supplier<MessageContent> content,
            Classification classification,
            AuthenticationResults authentication) {}

    /**
     * A recipient, and whose mailbox it is.
     *
     * @param findings what the inspection of the content found for this one
     */
    record Destination(EmailAddress recipient, WorkspaceId workspace, EndpointId endpoint, ContentFindings findings) {}

    /**
     * The score for each recipient.
     *
     * @throws org.chancery.core.fault.Unavailable where it cannot be said now and the mail is to wait
     * @throws org.chancery.core.fault.Later where it is being found out
     * @throws FailedOnMail where the mail is to be tried again, so many times in all as any
     */
    Map<EmailAddress, SpamScore> score(Candidate mail, List<Destination> destinations);
}
