package org.chancery.api.approval;

import java.time.Instant;
import org.chancery.api.http.Field;
import org.chancery.core.approval.ApprovalView;
import org.chancery.core.mailbox.Message;
import org.jspecify.annotations.Nullable;

/** A mail that came before in the thread. */
public record HistoryJson(
        String messageId,
        @Field("inbound or outbound.") String direction,

        @Field("The status of an outbound, the handling state of an inbound mail.")
        String state,

        String fromAddr,
        String subject,
        Instant occurredAt,

        @Field("What its writer wrote anew; empty where it is too big, null in a list.") @Nullable
        String newestText) {

    /** @param view reads it; null where it is not to be read */
    static HistoryJson of(Message message, @Nullable ApprovalView view) {
        boolean isInbound = message instanceof Message.Inbound;
        String state = switch (message) {
            case Message.Inbound inbound -> inbound.state().text();
            case Message.Outbound outbound -> outbound.status().text();
        };
        return new HistoryJson(
                message.id().text(),
                isInbound ? "inbound" : "outbound",
                state,
                message.facts().from().address(),
                message.facts().subject(),
                message.facts().occurredAt(),
                view == null ? null : view.newestText(message));
    }
}
