package org.chancery.core.send;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a mail of ours says, before it is bytes.
 *
 * @param replyTo where answers go; empty means to {@code from}
 * @param to may be empty, when all recipients are hidden
 * @param text plain text with any line ends; where it is blank and there is HTML, the HTML turned into text is sent
 *     with it
 * @param html sent beside the text, as it is; null for plain text alone
 * @param messageId made by us
 * @param inReplyTo the mail that this one answers, or null
 * @param references the mails before that one, oldest first; made by strangers
 * @param automatic whether a program answers by itself (RFC 3834 §5)
 * @param headers more header fields in their order, from the allow-list that the caller keeps
 */
public record OutgoingMail(
        Mailbox from,
        List<Mailbox> replyTo,
        List<Mailbox> to,
        List<Mailbox> cc,
        String subject,
        String text,
        @Nullable String html,
        InternetMessageId messageId,
        @Nullable InternetMessageId inReplyTo,
        List<InternetMessageId> references,
        Instant date,
        boolean automatic,
        Map<String, String> headers,
        List<Attachment> attachments) {

    /**
     * A file to send along.
     *
     * @param contentType type and subtype, possibly with a charset; no multipart
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over and written, never compared
    public record Attachment(String filename, String contentType, byte[] content) {}

    public OutgoingMail {
        replyTo = List.copyOf(replyTo);
        to = List.copyOf(to);
        cc = List.copyOf(cc);
        references = List.copyOf(references);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        attachments = List.copyOf(attachments);
    }
}
