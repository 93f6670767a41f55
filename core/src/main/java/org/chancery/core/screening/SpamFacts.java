package org.chancery.core.screening;

import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;

/**
 * A mail as the built-in scorer looks at it, the same for all its recipients.
 *
 * @param arrival how it came in; its dates are held against the time of it
 */
record SpamFacts(
        Arrival arrival,
        MessageHeader header,
        MessageContent content,
        Classification classification,
        AuthenticationResults authentication) {}
