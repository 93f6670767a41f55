package org.chancery.core.notice;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.send.MessageComposer;
import org.chancery.core.send.OutboundPipeline;
import org.chancery.core.send.OutgoingMail;
import org.chancery.core.send.OwnMail;
import org.chancery.core.subscription.Outcome;

/** Sends notices from the workspace's outbound mailbox, each to one person. */
final class NoticePost {
    private final OwnMail letters;
    private final Clock clock;

    NoticePost(OwnMail letters, Clock clock) {
        this.letters = letters;
        this.clock = clock;
    }

    /**
     * What a notice says.
     *
     * @param sender the name beside the mailbox's address
     * @param subject what may stand in a header field of ours
     */
    record Notice(String sender, String subject, String text) {}

    /** Sends; durable on return. */
    Outcome send(Notice notice, EmailAddress person, Endpoint from, MessageId id) {
        EmailAddress sender = EmailAddress.of(from.address());
        List<Mailbox> to = List.of(Mailbox.of(person));
        byte[] bytes = MessageComposer.compose(new OutgoingMail(
                new Mailbox(notice.sender(), from.address()),
                List.of(),
                to,
                List.of(),
                notice.subject(),
                notice.text(),
                null,
                OwnMail.messageId(id, sender),
                null,
                List.of(),
                clock.instant(),
                true,
                // RFC 3834 §5.2: nobody answers it automatically.
                Map.of("Auto-Submitted", "auto-generated"),
                List.of()));
        OwnMail.Letter letter = new OwnMail.Letter(from, id, to, List.of(person), notice.subject(), false, bytes);
        return switch (letters.send(letter)) {
            case OutboundPipeline.Outcome.Queued ignored -> new Outcome.Delivered(null, "queued as " + id.text());
            case OutboundPipeline.Outcome.Scheduled ignored -> new Outcome.Refused(null, "it is to leave later");
            case OutboundPipeline.Outcome.Drafted drafted -> new Outcome.Refused(null, drafted.reason());
            case OutboundPipeline.Outcome.Held held -> new Outcome.Refused(null, held.reason());
            case OutboundPipeline.Outcome.Denied denied -> new Outcome.Refused(null, denied.reason());
        };
    }
}
