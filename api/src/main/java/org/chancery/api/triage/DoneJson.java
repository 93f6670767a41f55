package org.chancery.api.triage;

import org.chancery.api.http.Field;
import org.chancery.core.id.MessageId;
import org.chancery.core.mailbox.HandlingState;
import org.jspecify.annotations.Nullable;

/** What became of a mail that somebody decided on. */
public record DoneJson(
        boolean ok,

        @Field("Where an inbound mail stands now; null for outbound mail.") @Nullable
        String handlingState,

        @Field("The mail that was sent, if one was.") @Nullable
        String messageId,

        @Field("What else there is to know.") @Nullable String note) {

    static DoneJson of(@Nullable HandlingState state) {
        return new DoneJson(true, state == null ? null : state.text(), null, null);
    }

    DoneJson sent(MessageId message) {
        return new DoneJson(ok, handlingState, message.text(), note);
    }

    DoneJson noting(String text) {
        return new DoneJson(ok, handlingState, messageId, text);
    }
}
