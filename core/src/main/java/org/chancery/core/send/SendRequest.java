package org.chancery.core.send;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * A mail that somebody asks to send.
 *
 * @param from the endpoint it leaves from; null means the only one that the principal has
 * @param to may be empty in a reply, which then goes to whom a reply goes (RFC 5322 §3.6.2)
 * @param replyTo the inbound message that it answers, or null
 * @param replyAll whether a reply also goes to the other recipients of that message
 * @param subject null in a reply means the answered subject
 * @param draft whether the sender wants a person to look at it first
 * @param sendAt when it is to leave, or null for at once
 * @param listUnsubscribe whether its recipient is given a link by which no more is wanted (RFC 8058)
 * @param headers further header fields, in order, from the allow-list
 */
public record SendRequest(
        @Nullable EndpointId from,
        List<Mailbox> to,
        List<Mailbox> cc,
        List<Mailbox> bcc,
        @Nullable MessageId replyTo,
        boolean replyAll,
        @Nullable String subject,
        String text,
        @Nullable String html,
        boolean draft,
        @Nullable Instant sendAt,
        boolean listUnsubscribe,
        Map<String, String> headers,
        List<Attachment> attachments) {

    /**
     * A file that goes with it.
     *
     * @param contentType type and subtype
     */
    public record Attachment(String filename, String contentType, byte[] content) {}

    public SendRequest {
        to = List.copyOf(to);
        cc = List.copyOf(cc);
        bcc = List.copyOf(bcc);
        attachments = List.copyOf(attachments);
    }
}
