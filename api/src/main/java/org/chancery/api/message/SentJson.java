package org.chancery.api.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.chancery.api.http.Field;
import org.chancery.core.send.SendService.Sent;
import org.jspecify.annotations.Nullable;

/** What became of a mail that was asked to be sent. */
public record SentJson(
        String messageId,
        String threadId,

        @Field("queued, scheduled, draft where it waits for a person, or held where it waits for an approval.")
        String status,

        @Field("The approval that it waits for; absent where it waits for none.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        String approvalId) {

    static SentJson of(Sent sent) {
        return new SentJson(
                sent.message().text(),
                sent.thread().text(),
                sent.status().text(),
                sent.approval() == null ? null : sent.approval().text());
    }
}
