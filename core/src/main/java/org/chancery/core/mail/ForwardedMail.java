package org.chancery.core.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.chancery.core.mail.MessageContent.Attachment;
import org.jspecify.annotations.Nullable;

/**
 * A mail that somebody hands on, as it stands in the body of theirs. All of it is what the forwarding person's program
 * made of it, and anybody can type the same.
 *
 * @param message what was written above it; empty where nothing was
 * @param from who wrote the forwarded mail; null where it is not said
 * @param to its recipients, as far as they are addresses
 * @param subject null where it is not shown
 * @param date as shown, in whatever language; null where it is not
 * @param text what the forwarded mail says
 */
public record ForwardedMail(
        String message,
        @Nullable Mailbox from,
        List<Mailbox> to,
        @Nullable String subject,
        @Nullable String date,
        String text) {

    public ForwardedMail {
        to = List.copyOf(to);
    }

    /** What the subject of the mail says that it is. */
    enum Kind {
        REPLY,
        FORWARD,
        UNKNOWN
    }

    /** The forwarded mail in a text of which the subject is not known. */
    public static Optional<ForwardedMail> find(String text) {
        return new ForwardFinder(text, Kind.UNKNOWN).find();
    }

    /** The forwarded mail in a text. */
    public static Optional<ForwardedMail> find(String subject, String text) {
        return new ForwardFinder(text, ReplySubjects.kind(subject)).find();
    }

    /** The forwarded mail in the body, or attached as a whole (RFC 2046 §5.2.1). */
    public static Optional<ForwardedMail> in(byte[] raw) throws IOException {
        MessageHeader header = MessageReader.header(new ByteArrayInputStream(raw));
        MessageContent content = MessageReader.content(new ByteArrayInputStream(raw));
        Optional<ForwardedMail> inline = find(header.subject(), content.text());
        return inline.isPresent() ? inline : attached(raw, content);
    }

    private static Optional<ForwardedMail> attached(byte[] raw, MessageContent content) throws IOException {
        Optional<Attachment> attachment = content.attachments().stream()
                .filter(part -> part.contentType().equals("message/rfc822"))
                .findFirst();
        if (attachment.isEmpty()) {
            return Optional.empty();
        }
        Optional<DecodedPart> part = MessageReader.attachment(
                new ByteArrayInputStream(raw), attachment.get().id());
        if (part.isEmpty()) {
            return Optional.empty();
        }
        byte[] inner = part.get().octets().readAllBytes();
        MessageHeader header = MessageReader.header(new ByteArrayInputStream(inner));
        return Optional.of(new ForwardedMail(
                content.text().strip(),
                header.from().isEmpty() ? null : header.from().getFirst(),
                header.to(),
                header.subject(),
                header.field("Date").map(HeaderText::clean).orElse(null),
                MessageReader.content(new ByteArrayInputStream(inner)).text()));
    }
}
