package org.chancery.core.quarantine;

import java.util.List;
import org.chancery.core.screening.Signal;
import org.jspecify.annotations.Nullable;

/**
 * What speaks against a mail, as people are shown it before they decide.
 *
 * @param spamScore null where nobody could say
 * @param signals what the reason rests on first, then everything else that was found
 */
public record Suspicion(Reason reason, @Nullable Double spamScore, List<Signal> signals) {
    public Suspicion {
        signals = List.copyOf(signals);
    }
}
