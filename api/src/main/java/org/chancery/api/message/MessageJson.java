package org.chancery.api.message;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.id.LabelId;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.OutboundStatus;
import org.jspecify.annotations.Nullable;

/** A mail, in or out. */
public record MessageJson(
        String messageId,
        String threadId,
        String inboxId,
        @Field("inbound or outbound.") String direction,

        @Field("Where an outbound mail stands; null for inbound mail.") @Nullable
        String status,

        @Field("Where an inbound mail stands; null for outbound mail.") @Nullable
        String handlingState,

        AddressJson from,
        List<AddressJson> to,
        List<AddressJson> cc,
        List<AddressJson> bcc,
        String subject,

        @Field(
                "The text; null where labels were put on, and in a list, where the mail or those before it on the page are too big.")
        @Nullable
        String textBody,

        @Field("The HTML of outbound mail. A stranger's HTML is not shown until it can be made safe.") @Nullable
        String htmlBody,

        @Field("Ids of its labels, in the order in which they were put on.")
        List<String> labels,

        @Field("The files; null where the text is.") @Nullable
        List<AttachmentJson> attachments,

        @Field("When it came in or was made.") Instant createdAt,

        @Field("When it is or was to leave; null for what leaves at once.") @Nullable
        Instant sendAt,

        @Field("Why what was a draft, held or scheduled does not leave.") @Nullable
        RejectionJson rejection,

        @Field("How far it came with each recipient; none for inbound mail.")
        List<DeliveryJson> deliveries) {

    /** @param content what it says, or null where that is too long for a list */
    static MessageJson of(Message message, @Nullable MessageContent content, List<LabelId> labels) {
        return switch (message) {
            case Inbound inbound ->
                shown(
                        inbound.facts(),
                        "inbound",
                        null,
                        inbound.state().text(),
                        labels,
                        content == null ? null : content.text(),
                        null,
                        content,
                        null,
                        null,
                        List.of());
            case Outbound outbound -> outbound(outbound, content, labels);
        };
    }

    private static MessageJson outbound(Outbound outbound, @Nullable MessageContent content, List<LabelId> labels) {
        DraftText waiting = outbound.status() == OutboundStatus.DRAFT ? outbound.draft() : null;
        String text = content == null ? null : waiting == null ? content.text() : waiting.text();
        String html = content == null ? null : waiting == null ? content.html() : waiting.html();
        return shown(
                outbound.facts(),
                "outbound",
                outbound.status().text(),
                null,
                labels,
                text,
                html,
                content,
                outbound.sendAt(),
                outbound.rejection() == null ? null : RejectionJson.of(outbound.rejection()),
                DeliveryJson.all(outbound.recipients()));
    }

    private static MessageJson shown(
            MessageFacts facts,
            String direction,
            @Nullable String status,
            @Nullable String handlingState,
            List<LabelId> labels,
            @Nullable String text,
            @Nullable String html,
            @Nullable MessageContent content,
            @Nullable Instant sendAt,
            @Nullable RejectionJson rejection,
            List<DeliveryJson> deliveries) {
        return new MessageJson(
                facts.id().text(),
                facts.thread().text(),
                facts.endpoint().text(),
                direction,
                status,
                handlingState,
                AddressJson.of(facts.from()),
                AddressJson.all(facts.to()),
                AddressJson.all(facts.cc()),
                AddressJson.all(facts.bcc()),
                facts.subject(),
                text,
                html,
                labels.stream().map(LabelId::text).toList(),
                content == null ? null : AttachmentJson.all(content),
                facts.occurredAt(),
                sendAt,
                rejection,
                deliveries);
    }
}
