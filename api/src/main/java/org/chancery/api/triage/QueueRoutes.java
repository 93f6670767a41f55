package org.chancery.api.triage;

import java.util.Arrays;
import java.util.List;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Parameter;
import org.chancery.api.http.Query;
import org.chancery.api.http.Route;
import org.chancery.core.access.Scope;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.quarantine.QuarantineView;
import org.chancery.core.triage.ReviewQueues;
import org.chancery.core.triage.ReviewQueues.Activity;

/** The calls by which people see what waits for them, and what came and went. */
public final class QueueRoutes {
    private static final int MAX_ROWS = 200;

    /** The database walks past all rows before the offset; who needs more narrows the list. */
    private static final int MAX_OFFSET = 100_000;

    private final ReviewQueues queues;
    private final QuarantineView quarantine;
    private final EndpointService endpoints;

    public QueueRoutes(ReviewQueues queues, QuarantineView quarantine, EndpointService endpoints) {
        this.queues = queues;
        this.quarantine = quarantine;
        this.endpoints = endpoints;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/v1/api/email/review", "Show what waits for a person")
                        .needs(Scope.CONVERSATIONS_READ)
                        .gives(200, ReviewJson.class)
                        .handledBy(call ->
                                Answer.ok(ReviewJson.of(queues.review(call.by()), quarantine.waiting(call.by())))),
                Route.get("/v1/api/email/badge", "Tell how much waits for a person")
                        .needs(Scope.CONVERSATIONS_READ)
                        .gives(200, BadgeJson.class)
                        .handledBy(call ->
                                Answer.ok(BadgeJson.of(queues.counts(call.by()), quarantine.waitingCount(call.by())))),
                Route.get("/v1/api/email/activity", "List what came and went, newest first")
                        .needs(Scope.CONVERSATIONS_READ)
                        .parameters(List.of(
                                new Parameter.Choice(
                                        "state",
                                        "Only inbound mail in this state; error, what the pipeline gave up, is for admins.",
                                        Arrays.stream(HandlingState.values())
                                                .map(HandlingState::text)
                                                .toList()),
                                new Parameter.Text("endpoint_id", "Only mail of this endpoint.", 320),
                                new Parameter.Whole("limit", "Rows on a page.", 1, MAX_ROWS, 50),
                                new Parameter.Whole("offset", "Rows to leave out.", 0, MAX_OFFSET, 0)))
                        .gives(200, ActivityJson.class)
                        .handledBy(this::activity));
    }

    private Answer activity(Call call) {
        Query query = call.query();
        String word = query.text("state");
        HandlingState state = word == null ? null : HandlingState.parse(word).orElseThrow();
        if (state == HandlingState.ERROR) {
            call.require(Scope.ADMIN);
        }
        String endpoint = query.text("endpoint_id");
        Activity activity = queues.activity(
                call.by(),
                state,
                endpoint == null ? null : endpoints.resolveForReading(call.by(), endpoint, "?endpoint_id"),
                query.whole("limit"),
                query.whole("offset"));
        return Answer.ok(new ActivityJson(RowJson.all(activity.rows()), activity.total()));
    }
}
