package org.chancery.api.event;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Cursor;
import org.chancery.api.http.Parameter;
import org.chancery.api.http.Route;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.event.EventReader;
import org.chancery.core.event.EventReader.Piece;
import org.chancery.core.event.EventReader.Question;
import org.chancery.core.event.EventReader.Sight;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EndpointId;
import org.chancery.core.triage.TriageService;
import org.jspecify.annotations.Nullable;

/** The call by which programs poll the event log. */
public final class EventRoutes {
    /** {@code spec/SHAPES.md}, "Events". */
    private static final int MAX_WAIT_SECONDS = 30;

    private static final String LIST = "events";

    private final EventReader events;
    private final EndpointService endpoints;
    private final TriageService triage;

    public EventRoutes(EventReader events, EndpointService endpoints, TriageService triage) {
        this.events = events;
        this.endpoints = endpoints;
        this.triage = triage;
    }

    public List<Route> routes() {
        return List.of(Route.get("/v1/events/", "Read the event log, oldest first, and wait for more")
                .needs(Scope.EMAIL_READ)
                .parameters(List.of(
                        new Parameter.Text("after", "The cursor of the call before; left out: from the oldest.", 200),
                        new Parameter.Text(
                                "types", "Only these types, with commas between; message.* takes all of a kind.", 1000),
                        new Parameter.Text("inbox_id", "Only events of this inbox: its id or its address.", 320),
                        new Parameter.Whole(
                                "wait", "Seconds to wait where there is nothing yet.", 0, MAX_WAIT_SECONDS, 0),
                        new Parameter.Whole("limit", "Events in one answer.", 1, EventReader.MAX_SCAN, 100)))
                .gives(200, EventListJson.class)
                .handledBy(this::read));
    }

    private Answer read(Call call) throws InterruptedException {
        Question question = new Question(
                call.by().workspace(),
                sight(call),
                types(call.query().text("types")),
                position(call),
                call.query().whole("limit"));
        Piece piece = events.next(question, Duration.ofSeconds(call.query().whole("wait")));
        return Answer.ok(new EventListJson(
                piece.entries().stream()
                        .map(entry -> EventJson.of(entry.event()))
                        .toList(),
                Cursor.seal(LIST, call.by().workspace(), Long.toString(piece.position()))));
    }

    private Sight sight(Call call) {
        Principal by = call.by();
        String inbox = call.query().text("inbox_id");
        Set<EndpointId> named = inbox == null ? Set.of() : Set.of(endpoints.resolveForReading(by, inbox, "?inbox_id"));
        if (!by.isProgram() && !by.isAdmin()) {
            return new Sight.Messages(named, (tx, messages) -> triage.visibleTo(tx, by, messages));
        }
        if (!named.isEmpty()) {
            return new Sight.Endpoints(named, by.isAdmin());
        }
        if (by.endpoint() != null) {
            return new Sight.Endpoints(Set.of(by.endpoint()), false);
        }
        if (by.isProgram()) {
            Set<EndpointId> usable = endpoints.usableBy(by, null, EndpointService.MAX_PER_AGENT).stream()
                    .map(Endpoint::id)
                    .collect(Collectors.toSet());
            return new Sight.Endpoints(usable, false);
        }
        return new Sight.Workspace();
    }

    private static long position(Call call) {
        String after = call.query().text("after");
        return after == null
                ? 0
                : Cursor.open(LIST, call.by().workspace(), after)
                        .flatMap(EventRoutes::number)
                        .orElseThrow(() ->
                                CallerFault.invalid("?after", "unknown_cursor", "is no cursor of this event log"));
    }

    private static Optional<Long> number(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    private static Set<EventType> types(@Nullable String wanted) {
        Set<EventType> types = EnumSet.noneOf(EventType.class);
        if (wanted != null) {
            for (String word : wanted.split(",", -1)) {
                types.addAll(named(word.strip()));
            }
        }
        return types;
    }

    private static List<EventType> named(String word) {
        List<EventType> types = Arrays.stream(EventType.values())
                .filter(type -> word.endsWith(".*")
                        ? type.text().startsWith(word.substring(0, word.length() - 1))
                        : type.text().equals(word))
                .toList();
        if (types.isEmpty()) {
            throw CallerFault.invalid("?types", "unknown_event_type", "names '" + word + "', which is no event type");
        }
        return types;
    }
}
