package org.chancery.core.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of a mail, as far as it can be shown.
 *
 * @param text the text to read: the plain text parts, or the HTML turned into text where there are none; empty where the
 *     mail has no text
 * @param html the HTML as the stranger wrote it, never to be shown unsanitised; null where there is none
 * @param isHtmlOnly whether the text, or a part of it, was made from HTML
 * @param attachments every part that is no text to read, inline pictures included, in the mail's order
 * @param truncated whether a limit of {@link MessageReader} cut something off
 */
public record MessageContent(
        String text, @Nullable String html, boolean isHtmlOnly, List<Attachment> attachments, boolean truncated) {

    /**
     * A part that is kept as a file.
     *
     * @param id the part's place in the mail, such as {@code 1.2}, counted as IMAP does (RFC 9051 §6.4.5.1)
     * @param filename decoded, without directories and control characters; null where the mail names none
     * @param contentType type and subtype in lower case
     * @param size octets after the transfer encoding is undone
     */
    public record Attachment(String id, @Nullable String filename, String contentType, long size) {}

    /** Of a mail whose bytes are lost. */
    public static final MessageContent LOST = new MessageContent("", null, false, List.of(), true);

    public MessageContent {
        attachments = List.copyOf(attachments);
    }
}
