package org.chancery.api.message;

import org.chancery.api.http.Field;
import org.chancery.core.send.SendService.Sent;

/** What became of a mail that was asked to be sent. */
public record SentJson(
        String messageId,
        String threadId,

        @Field("queued, or draft where it waits for a person.")
        String status) {

    static SentJson of(Sent sent) {
        return new SentJson(
                sent.message().text(), sent.thread().text(), sent.status().text());
    }
}
