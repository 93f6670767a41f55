package org.chancery.api.message;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.chancery.api.http.Field;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.jspecify.annotations.Nullable;

/** How far a mail came with one recipient. */
public record DeliveryJson(
        String address,
        @Field("pending, delivered, bounced or failed.") String status,

        @Field("What the peer said last about this recipient.") @Nullable
        String smtpReply,

        @Nullable Instant at) {

    static List<DeliveryJson> all(List<RecipientStatus> recipients) {
        return recipients.stream()
                .map(recipient -> new DeliveryJson(
                        recipient.address().toString(),
                        recipient.progress().name().toLowerCase(Locale.ROOT),
                        recipient.smtpReply(),
                        recipient.at()))
                .toList();
    }
}
