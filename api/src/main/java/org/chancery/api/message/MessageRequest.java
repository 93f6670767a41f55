package org.chancery.api.message;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.chancery.api.http.Field;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.send.SendRequest;
import org.chancery.core.send.SendService;
import org.jspecify.annotations.Nullable;

/** What {@code POST /v1/messages/} takes. */
public record MessageRequest(
        @Field("Whom it goes to. A reply without goes to whom a reply goes (RFC 5322 §3.6.2).") @Nullable
        List<AddresseeRequest> to,

        @Field("Who gets a copy.") @Nullable List<AddresseeRequest> cc,

        @Field("Who gets a copy that the others do not see.") @Nullable
        List<AddresseeRequest> bcc,

        @Field("The inbound message that it answers.") @Nullable
        String replyToMessageId,

        @Field("Whether a reply also goes to the other recipients of that message.") @Nullable
        Boolean replyAll,

        @Field(
                value = "A reply without has the answered subject.",
                singleLine = true,
                maxLength = SendService.MAX_SUBJECT)
        @Nullable
        String subject,

        @Field("The text; needed unless html_body is given.") @Nullable
        String textBody,

        @Field("The same in HTML.") @Nullable String htmlBody,

        @Field("The inbox that it leaves from, where the token may use several: its id or its address.") @Nullable
        String inboxId,

        @Field("Whether a person is to look at it before it leaves: a reply waits as a draft, a program's new mail is"
                + " held as an approval; a person's is 422.")
        @Nullable
        Boolean draft,

        @Field(
                value = "Further header fields: X-…, List-…, Importance and Auto-Submitted.",
                singleLine = true,
                maxLength = 998,
                maxItems = 50)
        @Nullable
        Map<String, String> headers,

        @Field(
                value = "Files that go with it; with the text they are at most as big as a mail may be.",
                maxItems = MAX_ATTACHMENTS)
        @Nullable
        List<AttachmentRequest> attachments,

        @Field("When it is to leave, within a year; at once where it is left out.") @Nullable
        Instant sendAt,

        @Field("Whether the mail carries a link by which its one recipient wants no more (List-Unsubscribe, RFC 8058).")
        @Nullable
        Boolean listUnsubscribe) {

    /** Files of one mail. */
    static final int MAX_ATTACHMENTS = 100;

    // RFC 5322 §3.6.8: a field name is printable US-ASCII without the colon.
    private static final Pattern HEADER_NAME = Pattern.compile("[\\x21-\\x39\\x3b-\\x7e]{1,100}");

    /** @param from the inbox that {@code inbox_id} names, or null */
    SendRequest toSend(@Nullable EndpointId from) {
        return new SendRequest(
                from,
                mailboxes(to),
                mailboxes(cc),
                mailboxes(bcc),
                answered(),
                replyAll != null && replyAll,
                subject,
                Optional.ofNullable(textBody).orElse(""),
                htmlBody,
                draft != null && draft,
                sendAt,
                listUnsubscribe != null && listUnsubscribe,
                headerFields(),
                files());
    }

    private static List<Mailbox> mailboxes(@Nullable List<AddresseeRequest> addressees) {
        return addressees == null
                ? List.of()
                : addressees.stream().map(AddresseeRequest::mailbox).toList();
    }

    private @Nullable MessageId answered() {
        return replyToMessageId == null
                ? null
                : MessageId.parse(replyToMessageId)
                        .orElseThrow(
                                () -> CallerFault.invalid("/reply_to_message_id", "names no message of this inbox"));
    }

    private Map<String, String> headerFields() {
        if (headers == null) {
            return Map.of();
        }
        for (String name : headers.keySet()) {
            if (!HEADER_NAME.matcher(name).matches()) {
                throw CallerFault.invalid("/headers", "has a member that is no name of a header field");
            }
        }
        return new LinkedHashMap<>(headers);
    }

    private List<SendRequest.Attachment> files() {
        List<SendRequest.Attachment> files = new ArrayList<>();
        if (attachments != null) {
            for (int i = 0; i < attachments.size(); i++) {
                files.add(attachments.get(i).attachment("/attachments/" + i));
            }
        }
        return files;
    }
}
