package org.chancery.core.mail;

import java.util.List;

/**
 * What SMTP said about a mail, apart from its content (RFC 5321 §2.3.1).
 *
 * @param reversePath where bounces go
 * @param recipients the envelope recipients, each once, in the order of the RCPT commands; never empty
 */
public record Envelope(ReversePath reversePath, List<EmailAddress> recipients) {
    public Envelope {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("an envelope needs a recipient");
        }
    }
}
