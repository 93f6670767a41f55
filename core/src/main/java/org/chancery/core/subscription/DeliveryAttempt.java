package org.chancery.core.subscription;

import java.time.Instant;

/** One try, for the record. */
public record DeliveryAttempt(Instant startedAt, Instant endedAt, Outcome outcome) {}
