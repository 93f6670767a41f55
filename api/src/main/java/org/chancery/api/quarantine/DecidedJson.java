package org.chancery.api.quarantine;

import org.chancery.api.http.Field;
import org.chancery.core.quarantine.QuarantineDecisions.Answer;
import org.jspecify.annotations.Nullable;

/** What became of a mail that an admin decided on. */
public record DecidedJson(
        boolean ok,

        @Field("Where the delivered mail stands; null where it was not delivered, or not yet.") @Nullable
        String handlingState,

        @Field("The delivered mail; null where it was not delivered, or not yet.") @Nullable
        String messageId,

        @Field("What else there is to know.") @Nullable String note) {
    static final DecidedJson REJECTED = new DecidedJson(true, null, null, null);

    static DecidedJson of(Answer answer) {
        return new DecidedJson(
                true,
                answer.state() == null ? null : answer.state().text(),
                answer.message() == null ? null : answer.message().text(),
                answer.note());
    }
}
