package org.chancery.core.mail;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An address in a header field with its display name (RFC 5322 §3.4). The address is as the stranger wrote it and need
 * not be one that mail can be sent to.
 *
 * @param name the decoded display name, or null
 * @param address as written, trimmed; may be unusable
 */
public record Mailbox(@Nullable String name, String address) {
    /** The address where it is one. */
    public Optional<EmailAddress> emailAddress() {
        return EmailAddress.parse(address);
    }

    public static Mailbox of(EmailAddress address) {
        return new Mailbox(null, address.toString());
    }
}
