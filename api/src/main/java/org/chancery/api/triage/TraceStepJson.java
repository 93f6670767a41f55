package org.chancery.api.triage;

import java.time.Instant;
import org.chancery.api.http.Field;
import org.chancery.core.mailbox.TraceRepository.Step;

/** What one step of the pipeline did to a mail. */
public record TraceStepJson(
        Instant at,
        String processor,
        String matcher,
        String mailet,
        String verdict,
        String reason,
        @Field("Time spent, in microseconds.") long micros) {

    public static TraceStepJson of(Step step) {
        return new TraceStepJson(
                step.at(),
                step.processor(),
                step.matcher(),
                step.mailet(),
                step.verdict(),
                step.reason(),
                step.micros());
    }
}
