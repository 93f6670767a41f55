package org.chancery.core.send;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.chancery.core.approval.HeldAction.Edits;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mail.FullReading;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageContent.Attachment;
import org.chancery.core.mail.MessageHeader;
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

    /** @param files those of {@link #files} */
    static Composed of(FullReading mail, List<OutgoingMail.Attachment> files, Edits edits, Instant now) {
        MessageHeader header = mail.header();
        MessageContent content = mail.content();
        if (!mail.isWhole()) {
            throw notEditable(mail.whyNotWhole());
        }
        InternetMessageId id = header.messageId();
        if (id == null || !MessageComposer.isWritable(id)) {
            throw notEditable("its Message-ID cannot be written again");
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
        OutgoingMail edited = new OutgoingMail(
                header.from().getFirst(),
                header.replyTo(),
                header.to(),
                header.cc(),
                subject,
                text,
                html,
                id,
                header.inReplyTo().isEmpty() ? null : header.inReplyTo().getFirst(),
                header.references(),
                now,
                false,
                SendService.keptHeaders(header),
                files);
        return new Composed(subject, compose(edited, edits));
    }

    /** What the composer refuses is the reviewer's fault only where it is theirs. */
    private static byte[] compose(OutgoingMail edited, Edits edits) {
        try {
            return MessageComposer.compose(edited);
        } catch (CallerFault refused) {
            String pointer = Objects.requireNonNullElse(refused.pointer(), "");
            if (pointer.equals("/subject") && edits.subject() != null) {
                throw CallerFault.invalid(EDITS + pointer, refused.text());
            }
            throw notEditable("its " + pointer + ' ' + refused.text());
        }
    }

    private static CallerFault notEditable(String why) {
        return CallerFault.conflict(
                "not_editable", "The mail cannot be composed anew: " + why + ". Approve or reject it as it is.");
    }

    /** What goes on with it: every file but texts with a name, which are read as text and edited as such. */
    static List<Attachment> files(FullReading mail) {
        return mail.files().stream()
                .filter(file -> !mail.readAsText().contains(file.id()))
                .toList();
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
