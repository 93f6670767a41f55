package org.chancery.core.sts;

import java.time.Duration;
import java.time.Instant;

/**
 * A policy as it is kept.
 *
 * @param fetchedAt when it was asked for: of two that are fetched at once, nobody knows from more which is the newer one
 * @param id by which its domain announces it, and tells it from others
 * @param refreshAt when it is to be fetched anew, whoever sends
 * @param usedAt when mail went there last, to the day
 */
public record KeptPolicy(
        String domain, String id, StsPolicy policy, Instant fetchedAt, Instant refreshAt, Instant usedAt) {
    /** However long a policy lives, a domain that gets mail is looked at as often. */
    private static final Duration REFRESHED = Duration.ofDays(1);

    /** However short. */
    private static final Duration SHORTEST = Duration.ofHours(1);

    static KeptPolicy fetched(String domain, String id, StsPolicy policy, Instant now, Instant usedAt) {
        Duration half = policy.maxAge().dividedBy(2);
        Duration wait = half.compareTo(REFRESHED) > 0 ? REFRESHED : half;
        return new KeptPolicy(
                domain, id, policy, now, now.plus(wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait), usedAt);
    }

    public Instant expiresAt() {
        return fetchedAt.plus(policy.maxAge());
    }

    boolean isAliveAt(Instant now) {
        return now.isBefore(expiresAt());
    }
}
