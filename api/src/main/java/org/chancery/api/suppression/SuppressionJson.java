package org.chancery.api.suppression;

import java.time.Instant;
import org.chancery.api.http.Field;
import org.chancery.core.id.MessageId;
import org.chancery.core.suppression.Suppression;
import org.jspecify.annotations.Nullable;

/** An address to which nothing is sent. */
public record SuppressionJson(
        String email,

        @Field("By which GET /v1/audit/ names it.") String suppressionId,

        @Field("hard_bounce, complaint or manual.") String reason,

        @Field("What the other server said, or the person who added it; may be empty.")
        String note,

        @Field("The sent message that showed it; null where a person added it.") @Nullable
        String messageId,

        @Field("Who added it: a person, or chancery itself.")
        String addedBy,

        Instant createdAt) {

    static SuppressionJson of(Suppression suppression) {
        MessageId message = suppression.message();
        return new SuppressionJson(
                suppression.address().toString(),
                suppression.id().text(),
                suppression.cause().text(),
                suppression.note(),
                message == null ? null : message.text(),
                suppression.by(),
                suppression.at());
    }
}
