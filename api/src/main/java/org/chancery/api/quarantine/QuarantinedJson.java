package org.chancery.api.quarantine;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.api.quarantine.HeldContentJson.DecisionJson;
import org.chancery.core.quarantine.HeldMail;
import org.chancery.core.quarantine.QuarantineView.Item;
import org.jspecify.annotations.Nullable;

/** A mail that is or was in quarantine, in the list of all. */
public record QuarantinedJson(
        @Field("The quarantine id, which is no email_message_id.")
        String id,

        @Field("pending, accepted or rejected.") String state,

        @Field("dangerous_attachment, auth_failed, phishing, unknown_sender or spam_threshold.")
        String reason,

        String fromAddr,
        List<String> toAddrs,
        String subject,

        @Field("5 is probably spam, 15 certainly; null where the mail has no score.") @Nullable
        Double spamScore,

        String endpointId,
        String endpointLocalpart,
        Instant occurredAt,

        @Field("What it became; null unless it was accepted and delivered.") @Nullable
        String emailMessageId,

        @Field("Null while it is pending.") @Nullable DecisionJson decision) {

    static QuarantinedJson of(Item found) {
        HeldMail mail = found.item().mail();
        return new QuarantinedJson(
                mail.id().text(),
                found.item().state(),
                mail.suspicion().reason().text(),
                mail.from().address(),
                HeldRowJson.recipients(mail),
                mail.shown().subject(),
                mail.suspicion().spamScore(),
                found.endpoint().id().text(),
                found.endpoint().localPart(),
                mail.arrivedAt(),
                HeldContentJson.message(found.item()),
                HeldContentJson.decision(found.item()));
    }
}
