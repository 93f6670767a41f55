package org.chancery.core.mailbox;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where an inbound message stands. */
public enum HandlingState {
    /** An agent has the turn. */
    ROUTED,
    /** Nobody is responsible; the admins' queue. */
    UNROUTED,
    /** A person has to decide: there is a draft, or no agent at all. */
    AWAITING_REVIEW,
    /** Answered, discarded or assigned. */
    HANDLED,
    /** The pipeline gave it up; the operator's queue. */
    ERROR;

    /** The spelling in the API and the database. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<HandlingState> parse(String text) {
        return Arrays.stream(values())
                .filter(state -> state.text().equals(text))
                .findFirst();
    }

    /** The states that a message may go to from this one. */
    public Set<HandlingState> next() {
        return switch (this) {
            case ROUTED -> EnumSet.of(AWAITING_REVIEW, HANDLED);
            case UNROUTED -> EnumSet.of(AWAITING_REVIEW, HANDLED);
            case AWAITING_REVIEW -> EnumSet.of(HANDLED);
            // Assigned mail is handled, and its agent's draft brings it back to a person.
            case HANDLED -> EnumSet.of(AWAITING_REVIEW);
            case ERROR -> EnumSet.noneOf(HandlingState.class);
        };
    }
}
