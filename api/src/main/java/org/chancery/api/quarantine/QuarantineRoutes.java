package org.chancery.api.quarantine;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Parameter;
import org.chancery.api.http.Route;
import org.chancery.api.triage.TraceStepJson;
import org.chancery.core.access.Scope;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.UserId;
import org.chancery.core.mail.AuthenticationResultsField;
import org.chancery.core.quarantine.HeldMail;
import org.chancery.core.quarantine.QuarantineDecisions;
import org.chancery.core.quarantine.QuarantineDecisions.Acceptance;
import org.chancery.core.quarantine.QuarantineRepository.Filter;
import org.chancery.core.quarantine.QuarantineRepository.Place;
import org.chancery.core.quarantine.QuarantineView;
import org.chancery.core.quarantine.QuarantineView.Item;
import org.chancery.core.quarantine.Quarantined.Accepted;
import org.chancery.core.quarantine.Quarantined.Pending;
import org.chancery.core.quarantine.Quarantined.Rejected;
import org.chancery.core.quarantine.Reason;
import org.jspecify.annotations.Nullable;

/** The calls by which admins look into the quarantine and decide; the newest that waits there is among the review's queues, too. */
public final class QuarantineRoutes {
    private static final String LIST = "/v1/api/email/quarantine";
    private static final Paging PAGING = new Paging("quarantine", 50, 200);

    private static final String ITEM = "/v1/api/email/quarantine/{id}";

    private final QuarantineView quarantine;
    private final QuarantineDecisions decisions;
    private final EndpointService endpoints;
    private final AuthenticationResultsField authentication;

    public QuarantineRoutes(
            QuarantineView quarantine,
            QuarantineDecisions decisions,
            EndpointService endpoints,
            AuthenticationResultsField authentication) {
        this.quarantine = quarantine;
        this.decisions = decisions;
        this.endpoints = endpoints;
        this.authentication = authentication;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(LIST, "List what is or was in quarantine, newest first")
                        .needs(Scope.ADMIN)
                        .parameters(PAGING.parametersWith(
                                new Parameter.Choice(
                                        "status",
                                        "Only mail in this state; pending where it is not given.",
                                        List.of(Pending.STATE, Accepted.STATE, Rejected.STATE)),
                                new Parameter.Choice(
                                        "reason",
                                        "Only mail held for this reason.",
                                        Arrays.stream(Reason.values())
                                                .map(Reason::text)
                                                .toList()),
                                new Parameter.Text("endpoint_id", "Only mail held for this endpoint.", 320)))
                        .givesList(QuarantinedJson.class)
                        .handledBy(this::list),
                Route.get(ITEM + "/content", "Show all of a mail in quarantine, and what speaks against it")
                        .needs(Scope.ADMIN)
                        .gives(200, HeldContentJson.class)
                        .handledBy(call ->
                                Answer.ok(HeldContentJson.of(quarantine.content(call.by(), id(call)), authentication))),
                Route.get(ITEM + "/trace", "Show what each step of the pipeline did to a mail in quarantine")
                        .needs(Scope.ADMIN)
                        .givesList(TraceStepJson.class)
                        .handledBy(call -> Answer.ok(quarantine.trace(call.by(), id(call)).stream()
                                .map(TraceStepJson::of)
                                .toList())),
                Route.get(ITEM + "/raw", "Get a mail in quarantine as it came in, byte for byte")
                        .needs(Scope.ADMIN)
                        .givesContent("message/rfc822")
                        .handledBy(this::raw),
                Route.post(ITEM + "/accept", "Let a mail in, and bind its sender to a user")
                        .needs(Scope.ADMIN)
                        .mayTake(AcceptRequest.class)
                        .gives(200, DecidedJson.class)
                        .handledBy(this::accept),
                Route.post(ITEM + "/reject", "Keep a mail out")
                        .needs(Scope.ADMIN)
                        .mayTake(RejectRequest.class)
                        .gives(200, DecidedJson.class)
                        .handledBy(this::reject));
    }

    private Answer list(Call call) {
        Place before = PAGING.place(call, QuarantineRoutes::place);
        List<Item> found = quarantine.list(call.by(), filter(call), before, PAGING.lookFor(call));
        return Answer.page(
                PAGING.rows(call, found).stream().map(QuarantinedJson::of).toList(),
                PAGING.link(call, found, last -> text(last.item().mail())));
    }

    private Filter filter(Call call) {
        String state = call.query().text("status");
        String reason = call.query().text("reason");
        String endpoint = call.query().text("endpoint_id");
        return new Filter(
                state == null ? Pending.STATE : state,
                reason == null ? null : Reason.parse(reason).orElseThrow(),
                endpoint == null ? null : endpoints.resolveForReading(call.by(), endpoint, "?endpoint_id"));
    }

    private static String text(HeldMail last) {
        return last.arrivedAt() + " " + last.id().text();
    }

    private static Optional<Place> place(String text) {
        String[] parts = text.split(" ");
        try {
            return QuarantineId.parse(parts[1]).map(id -> new Place(Instant.parse(parts[0]), id));
        } catch (DateTimeException | ArrayIndexOutOfBoundsException otherPlace) {
            return Optional.empty();
        }
    }

    private static QuarantineId id(Call call) {
        return call.id(QuarantineId::parse, "quarantined mail");
    }

    /** What a repeated request is known by. */
    private static UUID key(Call call) {
        return call.newId(Function.identity(), at -> UUID.randomUUID());
    }

    private Answer raw(Call call) {
        HeldMail mail = quarantine.find(call.by(), id(call)).mail();
        return new Answer.Stream(
                "message/rfc822",
                mail.raw().size(),
                quarantine.rawOf(mail),
                Map.of(
                        "Content-Disposition",
                        "attachment; filename=\"" + mail.id().text() + ".eml\"",
                        "Cache-Control",
                        "no-store"));
    }

    private Answer accept(Call call) throws InterruptedException {
        AcceptRequest wanted = call.bodyIfAny(AcceptRequest.class).orElse(new AcceptRequest(null, null));
        Acceptance acceptance = new Acceptance(user(wanted.bindUserId()), text(wanted.note()));
        return Answer.ok(DecidedJson.of(decisions.accept(call.by(), id(call), acceptance, key(call))));
    }

    private Answer reject(Call call) {
        String note = call.bodyIfAny(RejectRequest.class)
                .map(wanted -> text(wanted.note()))
                .orElse("");
        decisions.reject(call.by(), id(call), note, key(call));
        return Answer.ok(DecidedJson.REJECTED);
    }

    private static @Nullable UserId user(@Nullable String id) {
        return id == null
                ? null
                : UserId.parse(id)
                        .orElseThrow(() -> CallerFault.invalid("/bind_user_id", "names no user of this workspace"));
    }

    private static String text(@Nullable String note) {
        return note == null ? "" : note.strip();
    }
}
