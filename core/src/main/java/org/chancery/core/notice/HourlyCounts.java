package org.chancery.core.notice;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chancery.core.id.UserId;

/** How often people were told of something within the last hour; in memory, safe for use by many threads. */
final class HourlyCounts {
    private static final Duration HOUR = Duration.ofHours(1);

    /** People remembered at once; the one whose hour began first is forgotten first. */
    private static final int MAX_REMEMBERED = 10_000;

    private final int most;
    private final Map<UserId, Hour> hours = new LinkedHashMap<>();

    private record Hour(Instant began, int count) {}

    HourlyCounts(int most) {
        this.most = most;
    }

    /** Counts one more; false where it would be one too many. */
    synchronized boolean take(UserId person, Instant now) {
        Hour hour = hours.get(person);
        if (hour == null || !hour.began().plus(HOUR).isAfter(now)) {
            hours.remove(person);
            hour = new Hour(now, 0);
        }
        if (hour.count() >= most) {
            return false;
        }
        hours.put(person, new Hour(hour.began(), hour.count() + 1));
        if (hours.size() > MAX_REMEMBERED) {
            hours.remove(hours.keySet().iterator().next());
        }
        return true;
    }
}
