package org.chancery.core.triage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chancery.core.access.Actor;
import org.chancery.core.id.MessageId;

/**
 * Who looks at a mail just now, and whether they write: so that two people do not answer the same mail without knowing. In
 * memory, of this server only, and forgotten by itself. Used by many threads at once.
 */
public final class Presence {

    /** {@code spec/SHAPES.md}, "Triage": a client says it again while somebody is there. */
    public static final Duration KEPT = Duration.ofSeconds(30);

    /** More than all people of a team look at in half a minute; past it, those who said so longest ago are forgotten. */
    static final int MAX_VIEWERS = 10_000;

    /** A page shows no more; of more, the latest. */
    static final int MAX_SHOWN = 50;

    private final Clock clock;
    /** Those who said so longest ago first. */
    private final Map<Place, Seen> seen = new LinkedHashMap<>();

    public Presence(Clock clock) {
        this.clock = clock;
    }

    private record Place(MessageId message, String actor) {}

    private record Seen(Viewer viewer, Instant at) {}

    /**
     * Somebody who looks at a mail.
     *
     * @param since when they began to write, or to look
     */
    public record Viewer(Actor who, boolean typing, Instant since) {}

    /** Somebody is at a mail, which the caller has found them to see. */
    public synchronized void note(MessageId message, Actor who, boolean typing) {
        Instant now = clock.instant();
        forgetOld(now);
        Place place = new Place(message, who.idText());
        Seen before = seen.remove(place);
        Instant since = before != null && before.viewer().typing() == typing
                ? before.viewer().since()
                : now;
        seen.put(place, new Seen(new Viewer(who, typing, since), now));
        if (seen.size() > MAX_VIEWERS) {
            Iterator<Place> oldest = seen.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Who is at a mail, those who came first first. */
    public synchronized List<Viewer> at(MessageId message) {
        forgetOld(clock.instant());
        List<Viewer> viewers = new ArrayList<>();
        seen.forEach((place, one) -> {
            if (place.message().equals(message)) {
                viewers.add(one.viewer());
            }
        });
        List<Viewer> latest = viewers.subList(Math.max(0, viewers.size() - MAX_SHOWN), viewers.size());
        return latest.stream().sorted(Comparator.comparing(Viewer::since)).toList();
    }

    private void forgetOld(Instant now) {
        Iterator<Seen> oldestFirst = seen.values().iterator();
        while (oldestFirst.hasNext() && !oldestFirst.next().at().plus(KEPT).isAfter(now)) {
            oldestFirst.remove();
        }
    }
}
