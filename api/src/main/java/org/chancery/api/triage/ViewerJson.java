package org.chancery.api.triage;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.triage.Presence.Viewer;

/** Somebody who is at a mail, by what they said in the last 30 seconds. */
public record ViewerJson(
        @Field("user, agent or endpoint.") String kind,
        String id,
        String label,
        boolean typing,
        @Field("When they began to write, or to look.") Instant since) {

    static List<ViewerJson> all(List<Viewer> viewers) {
        return viewers.stream()
                .map(viewer -> new ViewerJson(
                        viewer.who().kind(),
                        viewer.who().idText(),
                        viewer.who().label(),
                        viewer.typing(),
                        viewer.since()))
                .toList();
    }
}
