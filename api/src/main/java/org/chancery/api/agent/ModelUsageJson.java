package org.chancery.api.agent;

import org.chancery.api.http.Field;
import org.chancery.core.turn.UsageRepository.Day;

/** A day's use of the model. */
public record ModelUsageJson(
        @Field("UTC, such as 2026-03-02.") String day,
        long calls,
        @Field("Calls without an answer that was of use.") long failures,

        @Field("As the model counts; where it does not, estimated.")
        long inputTokens,

        long outputTokens,

        @Field("Of the tokens, those for what is only shown: categories, summaries, suggestions.")
        long viewTokens) {

    static ModelUsageJson of(Day day) {
        return new ModelUsageJson(
                day.day().toString(),
                day.calls(),
                day.failures(),
                day.inputTokens(),
                day.outputTokens(),
                day.viewTokens());
    }
}
