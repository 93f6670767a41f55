package org.chancery.core.notice;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.HeaderText;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.send.MessageComposer;
import org.chancery.core.send.OutgoingMail;
import org.chancery.core.send.OwnMail;
import org.chancery.core.send.OwnMail.Letter;
import org.jspecify.annotations.Nullable;

/** What a notice about an approval says: who asked for what, by which rule it waits, and the text itself, marked as not ours. */
final class NoticeText {
    /** Enough to read on the way; the API shows the rest. */
    private static final int MAX_TEXT = 20_000;

    private static final int MAX_SUBJECT = 200;

    /** Recipients who are named; of more, it says how many. */
    private static final int NAMED = 20;

    private final Approval approval;
    private final Outbound held;
    private final @Nullable MessageContent content;

    /** @param content of the held mail, or null where its bytes are gone */
    NoticeText(Approval approval, Outbound held, @Nullable MessageContent content) {
        this.approval = approval;
        this.held = held;
        this.content = content;
    }

    Letter to(EmailAddress reviewer, Endpoint from, MessageId id, Instant now) {
        EmailAddress sender = EmailAddress.of(from.address());
        List<Mailbox> to = List.of(Mailbox.of(reviewer));
        String lead = approval.status() == ApprovalStatus.EXPIRED ? "Not decided in time: " : "Approval needed: ";
        // What an agent chose may hold what no header field of ours may.
        String subject = HeaderText.plain(lead + approval.held().summary(), MAX_SUBJECT);
        byte[] bytes = MessageComposer.compose(new OutgoingMail(
                new Mailbox("Approvals", from.address()),
                List.of(),
                to,
                List.of(),
                subject,
                text(),
                null,
                OwnMail.messageId(id, sender),
                null,
                List.of(),
                now,
                true,
                // RFC 3834 §5.2: nobody answers it automatically.
                Map.of("Auto-Submitted", "auto-generated"),
                List.of()));
        return new Letter(from, id, to, List.of(reviewer), subject, false, bytes);
    }

    private String text() {
        boolean isExpired = approval.status() == ApprovalStatus.EXPIRED;
        StringBuilder text = new StringBuilder();
        line(
                text,
                approval.requestedBy().actor().label()
                        + (isExpired
                                ? " asked to send this mail. Nobody decided in time, and it was not sent."
                                : " asks to send this mail. It waits until it is approved."));
        line(text, "");
        line(text, "Approval: " + approval.id().text());
        line(text, "From:     " + held.facts().from().address());
        line(text, "To:       " + recipients());
        line(text, "Subject:  " + HeaderText.plain(held.facts().subject(), MAX_SUBJECT));
        if (content != null && !content.attachments().isEmpty()) {
            line(text, "Files:    " + content.attachments().size());
        }
        if (approval.rule().reviewers() > 1) {
            line(text, "Approved by " + approval.rule().reviewers() + " different people it is sent.");
        }
        if (approval.expiresAt() != null && !isExpired) {
            line(text, "Until:    " + approval.expiresAt());
        }
        line(text, "");
        said(text);
        line(text, "");
        String call = "/v1/approvals/" + approval.id().text() + "/";
        line(
                text,
                isExpired
                        ? "An owner may have it decided after all: POST " + call + "reopen/"
                        : "To decide: POST " + call + "approve/ or " + call + "reject/");
        line(text, "Answers to this mail decide nothing.");
        return text.toString();
    }

    private String recipients() {
        List<RecipientStatus> recipients = held.recipients();
        String named = recipients.stream()
                .limit(NAMED)
                .map(recipient -> recipient.address().toString())
                .collect(Collectors.joining(", "));
        return recipients.size() > NAMED ? named + " and " + (recipients.size() - NAMED) + " more" : named;
    }

    /** Each line behind a mark, so that none of them passes for a line of ours. */
    private void said(StringBuilder text) {
        if (content == null) {
            line(text, "[Its text cannot be read.]");
            return;
        }
        String said = content.text();
        boolean isCut = said.length() > MAX_TEXT;
        (isCut ? beginning(said) : said).lines().forEach(line -> line(text, "> " + line));
        if (isCut) {
            line(text, "[…]");
        }
    }

    private static String beginning(String text) {
        return text.substring(0, Character.isHighSurrogate(text.charAt(MAX_TEXT - 1)) ? MAX_TEXT - 1 : MAX_TEXT);
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}
