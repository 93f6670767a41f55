package org.chancery.api.triage;

import org.chancery.api.http.Field;
import org.chancery.core.screening.Signal;

/** One thing that speaks for or against a mail. */
public record SignalJson(
        String name,

        @Field("Its weight; below zero where it speaks for the mail.")
        double score,

        String detail) {

    public static SignalJson of(Signal signal) {
        return new SignalJson(signal.name(), signal.score(), signal.detail());
    }
}
