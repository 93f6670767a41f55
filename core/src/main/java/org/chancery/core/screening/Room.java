package org.chancery.core.screening;

import java.util.HashMap;
import java.util.Map;
import org.chancery.core.mail.ClientNetwork;

/**
 * Memory for mails that are asked about. Mail of one client's network gets a share of it, so that who sends much leaves room for
 * others. Used by many threads at once.
 */
final class Room {
    private static final int SHARES = 4;

    /** Bodies up to here are in memory while somebody has the mail in hand; larger ones are files. */
    private static final long IN_MEMORY = 2 << 20;

    /** What a mail takes at least: its envelope and header fields that somebody looks at. */
    static final long LEAST = 32 << 10;

    private final long octets;

    /** Guarded by this. */
    private long taken;

    /** Guarded by this. */
    private final Map<String, Long> takenBy = new HashMap<>();

    /** The room that a mail takes, until it gives it back. */
    record Place(String network, long octets) {
        static Place of(ScannedMail mail) {
            long body = mail.size() > IN_MEMORY ? 0 : mail.size();
            return new Place(ClientNetwork.of(mail.arrival().client()), Math.max(LEAST, body));
        }
    }

    Room(long octets) {
        this.octets = octets;
    }

    /** False where there is none, or the network has had its share. One mail of a network always finds its share large enough. */
    synchronized boolean take(Place place) {
        long before = takenBy.getOrDefault(place.network(), 0L);
        if (taken + place.octets() > octets || before > 0 && before + place.octets() > octets / SHARES) {
            return false;
        }
        taken += place.octets();
        takenBy.put(place.network(), before + place.octets());
        return true;
    }

    synchronized void giveBack(Place place) {
        taken -= place.octets();
        takenBy.computeIfPresent(
                place.network(), (ignored, had) -> had == place.octets() ? null : had - place.octets());
    }

    synchronized long taken() {
        return taken;
    }
}
