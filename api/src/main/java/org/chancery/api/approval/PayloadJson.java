package org.chancery.api.approval;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.chancery.api.http.Field;
import org.chancery.api.message.AddressJson;
import org.chancery.api.message.AttachmentJson;
import org.chancery.core.approval.Caution;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.FullReading;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.jspecify.annotations.Nullable;

/** The mail that is to leave, as its recipients may see it. */
public record PayloadJson(
        AddressJson from,
        List<NamedJson> to,
        List<NamedJson> cc,

        @Field("Also recipients whom the mail does not name.")
        List<AddressJson> bcc,

        @Field("Where answers go, if not to from; null where the text is.") @Nullable
        List<AddressJson> replyTo,

        String subject,

        @Field("When it is to leave once it is approved; null for at once.") @Nullable
        Instant sendAt,

        @Field(
                "Null where its bytes are gone, and in a list, where the mail or those before it on the page are too big.")
        @Nullable
        String textBody,

        @Field("As it leaves, never to be shown unsanitised.") @Nullable
        String htmlBody,

        @Field("Every part that is not merely text to read; null where the text is.") @Nullable
        List<AttachmentJson> attachments,

        @Field("All other header fields but those that say how the mail is built; null where the text is.") @Nullable
        List<HeaderJson> headers,

        @Field("Whether there is more than is shown, or programs differ about what there is; null where the text is.")
        @Nullable
        Boolean truncated) {

    /** Somebody whom the mail names. */
    public record NamedJson(
            String email,
            @Nullable String name,
            @Field("Whether it goes to them.") boolean receives) {

        static List<NamedJson> all(List<Mailbox> named, Set<EmailAddress> recipients) {
            return named.stream()
                    .map(mailbox ->
                            new NamedJson(mailbox.address(), mailbox.name(), Caution.isAmong(recipients, mailbox)))
                    .toList();
        }
    }

    /** One field. */
    public record HeaderJson(String name, String value) {}

    static PayloadJson of(Outbound message, @Nullable FullReading reading) {
        MessageFacts facts = message.facts();
        Set<EmailAddress> recipients = Caution.recipients(message);
        return new PayloadJson(
                AddressJson.of(facts.from()),
                // The message keeps the first of very many.
                NamedJson.all(reading == null ? facts.to() : reading.header().to(), recipients),
                NamedJson.all(reading == null ? facts.cc() : reading.header().cc(), recipients),
                AddressJson.all(facts.bcc()),
                reading == null ? null : AddressJson.all(reading.header().replyTo()),
                facts.subject(),
                message.sendAt(),
                reading == null ? null : reading.content().text(),
                reading == null ? null : reading.content().html(),
                reading == null ? null : AttachmentJson.all(reading.files()),
                reading == null
                        ? null
                        : reading.furtherFields().stream()
                                .map(field -> new HeaderJson(field.name(), field.body()))
                                .toList(),
                reading == null ? null : !reading.isWhole());
    }
}
