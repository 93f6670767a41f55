package org.chancery.core.send;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.chancery.core.approval.HeldAction.Edits;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.jspecify.annotations.Nullable;

/**
 * A held mail as a reviewer wants it: composed anew, from whom and to whom it was, under the Message-ID that it had and with
 * the files that it had.
 */
final class EditedMail {
    private static final String EDITS = "/edits";

    private EditedMail() {}

    /** The subject and the bytes. */
    @SuppressWarnings("ArrayRecordComponent") // handed over and kept, never compared
    record Composed(String subject, byte[] bytes) {}

    static Composed of(byte[] mail, List<OutgoingMail.Attachment> files, Edits edits, Instant now) {
        MessageHeader header;
        MessageContent content;
        try {
            header = MessageReader.header(new ByteArrayInputStream(mail));
            content = MessageReader.content(new ByteArrayInputStream(mail));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (content.truncated()) {
            throw CallerFault.conflict(
                    "not_editable",
                    "The mail is too long or too deeply nested to be edited; approve or reject it as it is.");
        }
        String subject = edits.subject() == null ? header.subject() : edits.subject();
        if (subject.length() > SendService.MAX_SUBJECT) {
            throw CallerFault.invalid(EDITS + "/subject", "is longer than " + SendService.MAX_SUBJECT + " characters");
        }
        String text = text(edits, content);
        String html = html(edits, content);
        if (text.isBlank() && (html == null || html.isBlank())) {
            throw CallerFault.invalid(EDITS + "/text_body", "must say something, here or in html_body");
        }
        byte[] bytes = MessageComposer.compose(new OutgoingMail(
                header.from().getFirst(),
                header.replyTo(),
                header.to(),
                header.cc(),
                subject,
                text,
                html,
                Objects.requireNonNull(header.messageId()),
                header.inReplyTo().isEmpty() ? null : header.inReplyTo().getFirst(),
                header.references(),
                now,
                false,
                SendService.keptHeaders(header),
                files));
        return new Composed(subject, bytes);
    }

    /** The text goes with the HTML: of a mail whose HTML alone was edited, it is made from that. */
    private static String text(Edits edits, MessageContent content) {
        if (edits.text() != null) {
            return edits.text();
        }
        String html = edits.html();
        return html != null && !html.isBlank() || content.isHtmlOnly() && edits.html() == null ? "" : content.text();
    }

    /** HTML beside an edited text would go on saying what the reviewer took out, and most readers show the HTML. */
    private static @Nullable String html(Edits edits, MessageContent content) {
        String html = edits.html();
        if (html == null) {
            return edits.text() == null ? content.html() : null;
        }
        return html.isBlank() ? null : html;
    }
}
