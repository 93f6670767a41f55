package org.chancery.core.notice;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.Caution;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.FullReading;
import org.chancery.core.mail.HeaderText;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.notice.NoticePost.Notice;
import org.jspecify.annotations.Nullable;

/** What a notice about an approval says: who asked for what, by which rule it waits, and the text itself, marked as not ours. */
final class NoticeText {
    /** Enough to read on the way; the API shows the rest. */
    private static final int MAX_TEXT = 20_000;

    private static final int MAX_SUBJECT = 200;
    private static final int MAX_CAUTION = 1_000;

    /** Recipients, files and header fields that are named; of more, it says how many. */
    private static final int NAMED = 20;

    /** Fields that tell a reader nothing. */
    private static final Set<String> UNTOLD = Set.of("in-reply-to", "references", "auto-submitted", "received");

    private final Approval approval;
    private final Outbound held;
    private final @Nullable FullReading reading;
    private final Occasion occasion;

    /** Why it is written. */
    enum Occasion {
        QUEUED("Approval needed: ", " asks to send this mail. It waits until it is approved."),
        CHANGED(
                "Approval needed once more: ",
                " asks to send this mail. Another reviewer edited it after you approved it: your approval was for another text, "
                        + "and does not count for this one."),
        EXPIRED("Not decided in time: ", " asked to send this mail. Nobody decided in time, and it was not sent.");

        private final String lead;
        private final String said;

        Occasion(String lead, String said) {
            this.lead = lead;
            this.said = said;
        }
    }

    /** @param reading of the held mail, or null where its bytes are gone */
    NoticeText(Approval approval, Outbound held, @Nullable FullReading reading, Occasion occasion) {
        this.approval = approval;
        this.held = held;
        this.reading = reading;
        this.occasion = occasion;
    }

    Notice notice() {
        // What an agent chose may hold what no header field of ours may.
        return new Notice(
                "Approvals", HeaderText.plain(occasion.lead + approval.held().summary(), MAX_SUBJECT), text());
    }

    /** The whole notice. */
    String text() {
        StringBuilder text = new StringBuilder();
        line(text, approval.requestedBy().actor().label() + occasion.said);
        line(text, "");
        line(text, "Approval: " + approval.id().text());
        line(text, "From:     " + held.facts().from().address());
        named(text, "To:       ", recipients(), ", ");
        line(text, "Subject:  " + HeaderText.plain(held.facts().subject(), MAX_SUBJECT));
        if (held.sendAt() != null) {
            line(text, "Leaves:   not before " + held.sendAt());
        }
        if (reading != null) {
            beside(text, reading);
        }
        if (approval.rule().reviewers() > 1) {
            line(text, "Approved by " + approval.rule().reviewers() + " different people it is sent.");
        }
        if (approval.expiresAt() != null && occasion != Occasion.EXPIRED) {
            line(text, "Until:    " + approval.expiresAt());
        }
        line(text, "");
        said(text);
        line(text, "");
        String call = "/v1/approvals/" + approval.id().text() + "/";
        line(
                text,
                occasion == Occasion.EXPIRED
                        ? "An owner may have it decided after all: POST " + call + "reopen/"
                        : "To decide: POST " + call + "approve/ or " + call + "reject/");
        line(text, "Answers to this mail decide nothing.");
        return text.toString();
    }

    private List<String> recipients() {
        Set<EmailAddress> hidden = held.facts().bcc().stream()
                .map(Mailbox::emailAddress)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        return held.recipients().stream()
                .map(RecipientStatus::address)
                .map(address -> address + (hidden.contains(address) ? " (hidden)" : ""))
                .toList();
    }

    /** What the text does not show. */
    private void beside(StringBuilder text, FullReading mail) {
        named(
                text,
                "Answers:  ",
                mail.header().replyTo().stream().map(Mailbox::address).toList(),
                ", ");
        named(text, "Files:    ", mail.files().stream().map(NoticeText::file).toList(), "; ");
        List<String> fields = mail.furtherFields().stream()
                .filter(field -> !UNTOLD.contains(field.name().toLowerCase(Locale.ROOT)))
                .map(field -> field.name() + ": " + field.body())
                .toList();
        fields.stream().limit(NAMED).forEach(field -> line(text, "Header:   " + HeaderText.plain(field, MAX_SUBJECT)));
        if (fields.size() > NAMED) {
            line(text, "Header:   and " + (fields.size() - NAMED) + " more fields");
        }
        for (Caution caution : Caution.of(held, null, mail)) {
            line(text, "Caution:  " + HeaderText.plain(caution.text(), MAX_CAUTION));
        }
    }

    private static String file(MessageContent.Attachment file) {
        String name = file.filename() == null ? "without a name" : file.filename();
        return name + " (" + file.contentType() + ", " + file.size() + " octets)";
    }

    private static void named(StringBuilder text, String label, List<String> all, String between) {
        if (all.isEmpty()) {
            return;
        }
        String named = all.stream()
                .limit(NAMED)
                .map(one -> HeaderText.plain(one, MAX_SUBJECT))
                .collect(Collectors.joining(between));
        line(text, label + (all.size() > NAMED ? named + " and " + (all.size() - NAMED) + " more" : named));
    }

    private void said(StringBuilder text) {
        if (reading == null) {
            line(text, "[Its text cannot be read.]");
            return;
        }
        quote(text, reading.content().text());
        reading.saidInHtmlOnly().ifPresent(html -> {
            line(text, "");
            line(text, "Its HTML, which most programs show, says:");
            line(text, "");
            quote(text, html);
        });
    }

    /**
     * Each line behind a mark, so that none of them passes for a line of ours: also where only some programs end a line, such as
     * at U+2028.
     */
    private static void quote(StringBuilder text, String said) {
        boolean isCut = said.length() > MAX_TEXT;
        for (String line : (isCut ? beginning(said) : said).stripTrailing().split("\\R", -1)) {
            line(text, "> " + line);
        }
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
