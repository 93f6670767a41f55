package org.chancery.core.screening;

import java.time.Instant;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.ReversePath;

/**
 * A mail as the built-in scorer looks at it, the same for all its recipients.
 *
 * @param arrivedAt when it came in, against which its dates are held
 * @param findings what the inspection of its content found
 */
record SpamFacts(
        Instant arrivedAt,
        ReversePath reversePath,
        MessageHeader header,
        MessageContent content,
        Classification classification,
        AuthenticationResults authentication,
        ContentFindings findings) {}
