package org.chancery.mailets;

import java.util.Optional;
import org.chancery.core.mail.Envelope;
import org.chancery.core.send.Candidate;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.jspecify.annotations.Nullable;

/** A composed mail that asks to leave, and what was decided about it. All copies that the container makes share it. */
public final class Departing {
    private final Candidate candidate;
    private final Envelope envelope;
    private @Nullable Outcome outcome;

    public Departing(Candidate candidate, Envelope envelope) {
        this.candidate = candidate;
        this.envelope = envelope;
    }

    public Candidate candidate() {
        return candidate;
    }

    public Envelope envelope() {
        return envelope;
    }

    /** What James's message of it is known by as long as no mailet put another in its place. */
    public String sourceId() {
        return candidate.message().id().text();
    }

    /** How the mail left the processor; empty while nothing was decided. */
    public Optional<Outcome> outcome() {
        return Optional.ofNullable(outcome);
    }

    /** Decides. What was decided first stands: what is queued cannot be denied by a later step. */
    public void decide(Outcome decided) {
        if (outcome == null) {
            outcome = decided;
        }
    }
}
