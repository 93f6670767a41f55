package org.chancery.core.triage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.access.Actor;
import org.chancery.core.id.MessageId;
import org.chancery.core.mailbox.RawDigest;

/**
 * Which version of a draft each person was shown last, for those who answer without saying which one they saw. In memory, of this
 * server only. Used by many threads at once.
 */
final class SeenDrafts {
    /** More than all people of a team look at in a day; past it, those shown longest ago are forgotten. */
    static final int MAX_SEEN = 10_000;

    private final Map<Place, RawDigest> seen = new LinkedHashMap<>();

    private record Place(MessageId draft, String actor) {}

    synchronized void note(MessageId draft, Actor who, RawDigest version) {
        Place place = new Place(draft, who.idText());
        seen.remove(place);
        seen.put(place, version);
        if (seen.size() > MAX_SEEN) {
            seen.remove(seen.keySet().iterator().next());
        }
    }

    /** Empty where they were shown none, or that is forgotten. */
    synchronized Optional<RawDigest> by(Actor who, MessageId draft) {
        return Optional.ofNullable(seen.get(new Place(draft, who.idText())));
    }
}
