package org.chancery.core.approval;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where an approval stands. */
public enum ApprovalStatus {
    /** Waits for people. */
    PENDING,
    /** As many people as its rule asks for said yes. */
    APPROVED,
    /** What was approved is done. */
    EXECUTED,
    /** It was approved and could not be done. */
    FAILED,
    /** A person said no. */
    REJECTED,
    /** Nobody decided in time. It is not done, unless somebody opens it again. */
    EXPIRED,
    /** It lost its reason before anybody decided. */
    CANCELLED;

    /** The spelling in the API and the database. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ApprovalStatus> parse(String text) {
        return Arrays.stream(values())
                .filter(status -> status.text().equals(text))
                .findFirst();
    }

    /** The states that an approval may go to from this one. */
    public Set<ApprovalStatus> next() {
        return switch (this) {
            case PENDING -> EnumSet.of(APPROVED, REJECTED, EXPIRED, CANCELLED);
            case APPROVED -> EnumSet.of(EXECUTED, FAILED);
            case EXPIRED -> EnumSet.of(PENDING, CANCELLED);
            case EXECUTED, FAILED, REJECTED, CANCELLED -> EnumSet.noneOf(ApprovalStatus.class);
        };
    }
}
