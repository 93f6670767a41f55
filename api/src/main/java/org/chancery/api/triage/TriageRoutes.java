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
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.AuthenticationResultsField;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.send.SendService.Sent;
import org.chancery.core.triage.TriageService;
import org.chancery.core.triage.TriageService.Activity;
import org.chancery.core.triage.TriageService.Reply;

/** The calls by which people see what waits for them, and decide. */
public final class TriageRoutes {
    private static final int MAX_ROWS = 200;

    /** The database walks past all rows before the offset; who needs more narrows the list. */
    private static final int MAX_OFFSET = 100_000;

    private static final String MESSAGE = "/v1/api/email/messages/{id}";

    private final TriageService triage;
    private final EndpointService endpoints;
    private final AuthenticationResultsField authentication;

    public TriageRoutes(TriageService triage, EndpointService endpoints, AuthenticationResultsField authentication) {
        this.triage = triage;
        this.endpoints = endpoints;
        this.authentication = authentication;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/v1/api/email/review", "Show what waits for a person")
                        .needs(Scope.CONVERSATIONS_READ)
                        .gives(200, ReviewJson.class)
                        .handledBy(call -> Answer.ok(ReviewJson.of(triage.review(call.by())))),
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
                        .handledBy(this::activity),
                Route.get(MESSAGE + "/content", "Show all of a mail, its draft and its thread")
                        .needs(Scope.ADMIN)
                        .gives(200, ContentJson.class)
                        .handledBy(
                                call -> Answer.ok(ContentJson.of(triage.content(call.by(), id(call)), authentication))),
                Route.get(MESSAGE + "/trace", "Show what each step of the pipeline did to a mail")
                        .needs(Scope.ADMIN)
                        .givesList(TraceStepJson.class)
                        .handledBy(this::trace),
                Route.post(MESSAGE + "/reply", "Answer a mail that waits")
                        .needs(Scope.CONVERSATIONS_WRITE)
                        .takes(ReplyRequest.class)
                        .gives(200, DoneJson.class)
                        .handledBy(this::reply),
                Route.post(MESSAGE + "/discard", "Settle a mail that waits without an answer")
                        .needs(Scope.CONVERSATIONS_WRITE)
                        .mayTake(DiscardRequest.class)
                        .gives(200, DoneJson.class)
                        .handledBy(this::discard));
    }

    private static MessageId id(Call call) {
        return call.id(MessageId::parse, "message");
    }

    private Answer activity(Call call) {
        Query query = call.query();
        String word = query.text("state");
        HandlingState state = word == null ? null : HandlingState.parse(word).orElseThrow();
        if (state == HandlingState.ERROR) {
            call.require(Scope.ADMIN);
        }
        String endpoint = query.text("endpoint_id");
        Activity activity = triage.activity(
                call.by(),
                state,
                endpoint == null
                        ? null
                        : endpoints.resolve(call.by(), endpoint, "?endpoint_id").id(),
                query.whole("limit"),
                query.whole("offset"));
        return Answer.ok(new ActivityJson(RowJson.all(activity.rows()), activity.total()));
    }

    private Answer trace(Call call) {
        return Answer.ok(triage.trace(call.by(), id(call)).stream()
                .map(TraceStepJson::of)
                .toList());
    }

    private Answer reply(Call call) {
        ReplyRequest wanted = call.body(ReplyRequest.class);
        Reply reply = new Reply(new DraftText(wanted.text(), wanted.html()), wanted.draftVersion());
        Sent sent = triage.reply(call.by(), id(call), reply, call.newId(MessageId::new, MessageId::at));
        return Answer.ok(
                new DoneJson(true, HandlingState.HANDLED.text(), sent.message().text(), null));
    }

    private Answer discard(Call call) {
        String reason =
                call.bodyIfAny(DiscardRequest.class).map(DiscardRequest::reason).orElse("");
        triage.discard(call.by(), id(call), reason);
        return Answer.ok(new DoneJson(true, HandlingState.HANDLED.text(), null, null));
    }
}
