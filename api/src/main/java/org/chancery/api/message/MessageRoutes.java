package org.chancery.api.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Paging;
import org.chancery.api.http.Parameter;
import org.chancery.api.http.Query;
import org.chancery.api.http.Route;
import org.chancery.api.triage.Download;
import org.chancery.core.access.Scope;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.LabelId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.label.LabelService;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageRepository.Filter;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.search.Sought;
import org.chancery.core.send.ScheduledSends;
import org.chancery.core.send.SendService;
import org.chancery.core.triage.MailSearch;
import org.chancery.core.triage.MailSight.Row;
import org.chancery.core.triage.MessageLabels;
import org.chancery.core.triage.TriageService;
import org.jspecify.annotations.Nullable;

/** The calls that send and show mail. */
public final class MessageRoutes {
    private static final Paging PAGING = new Paging("messages", 50, 200);

    /** A longer mail is not read for a list, where it would be one of many. */
    private static final long MAX_READ_IN_LIST = 1 << 20;

    /** What is read for one page in all: a page of 200 mails with a mebibyte of text each would not fit into memory. */
    static final long MAX_READ_IN_PAGE = 4 << 20;

    private final SendService sending;
    private final ScheduledSends scheduled;
    private final TriageService triage;
    private final MailSearch search;
    private final Labels labels;
    private final EndpointService endpoints;

    /** The labels that there are, and those that mail has. */
    public record Labels(LabelService known, MessageLabels put) {}

    public MessageRoutes(
            SendService sending,
            ScheduledSends scheduled,
            TriageService triage,
            MailSearch search,
            Labels labels,
            EndpointService endpoints) {
        this.sending = sending;
        this.scheduled = scheduled;
        this.triage = triage;
        this.search = search;
        this.labels = labels;
        this.endpoints = endpoints;
    }

    public List<Route> routes() {
        return List.of(
                Route.post(
                                "/v1/messages/",
                                "Send a mail, or leave it as a draft or held, as the inbox's policy and the token's rules say")
                        .needs(Scope.EMAIL_SEND)
                        .takesLarge(MessageRequest.class)
                        .gives(202, SentJson.class)
                        .handledBy(this::send),
                Route.get("/v1/messages/", "List and search mail, newest first")
                        .needs(Scope.EMAIL_READ)
                        .parameters(PAGING.parametersWith(
                                SearchParameters.all(),
                                new Parameter.Text("inbox_id", "Only mail of this inbox: its id or its address.", 320),
                                new Parameter.Choice(
                                        "direction", "Only mail in or out.", List.of("inbound", "outbound")),
                                new Parameter.Choice(
                                        "status",
                                        "Only mail with this status or handling state; error is for admins.",
                                        states()),
                                new Parameter.Text("thread_id", "Only mail of this thread.", 40),
                                new Parameter.Moment("since", "Only mail from that time on.")))
                        .givesList(MessageJson.class)
                        .handledBy(this::list),
                Route.get("/v1/messages/{id}/", "Show a mail")
                        .needs(Scope.EMAIL_READ)
                        .gives(200, MessageJson.class)
                        .handledBy(this::show),
                Route.patch(
                                "/v1/messages/{id}/",
                                "Put labels on a mail, or take them off; shows it as a list does, without what it says")
                        .needs(Scope.LABELS_WRITE, Scope.EMAIL_READ)
                        .takes(MessageChange.class)
                        .gives(200, MessageJson.class)
                        .handledBy(this::change),
                Route.post("/v1/messages/{id}/cancel/", "Take back a mail that is scheduled or held")
                        .needs(Scope.EMAIL_SEND)
                        .mayTake(CancelRequest.class)
                        .gives(200, SentJson.class)
                        .handledBy(this::cancel),
                Route.get("/v1/messages/{id}/raw/", "Get a mail as it came in or left, byte for byte")
                        .needs(Scope.EMAIL_READ)
                        .givesContent("message/rfc822")
                        .handledBy(this::raw),
                Route.get("/v1/messages/{id}/attachments/{attachment_id}/", "Get a file of a mail")
                        .needs(Scope.EMAIL_READ)
                        .givesContent("application/octet-stream")
                        .handledBy(this::attachment));
    }

    private static List<String> states() {
        List<String> states = new ArrayList<>();
        Arrays.stream(OutboundStatus.values()).map(OutboundStatus::text).forEach(states::add);
        Arrays.stream(HandlingState.values()).map(HandlingState::text).forEach(states::add);
        return states;
    }

    private Answer send(Call call) {
        MessageRequest wanted = call.body(MessageRequest.class);
        String inbox = wanted.inboxId();
        EndpointId from = inbox == null
                ? null
                : endpoints.resolve(call.by(), inbox, "/inbox_id").id();
        MessageId id = call.newId(MessageId::new, MessageId::at);
        return Answer.json(202, SentJson.of(sending.send(call.by(), wanted.toSend(from), id)));
    }

    private Answer cancel(Call call) {
        String reason =
                call.bodyIfAny(CancelRequest.class).map(CancelRequest::reason).orElse("");
        Outbound cancelled = scheduled.cancel(call.by(), message(call), reason);
        return Answer.ok(new SentJson(
                cancelled.id().text(),
                cancelled.facts().thread().text(),
                cancelled.status().text(),
                null));
    }

    private Answer list(Call call) {
        Place before = PAGING.place(call, MessageRoutes::place);
        Sought sought = SearchParameters.read(
                call.query(),
                label -> labels.known().resolve(call.by(), label, "?label").id());
        MailSearch.Page found = search.page(call.by(), filter(call), sought, before, PAGING.lookFor(call));
        List<MessageJson> rows = shown(PAGING.rows(call, found.rows()));
        String goOn = found.goOn() == null ? null : text(found.goOn());
        return Answer.page(rows, PAGING.link(call, found.rows(), row -> text(placeOf(row.message())), goOn));
    }

    /** The newest mails are read, as many as fit into the page's share. */
    private List<MessageJson> shown(List<Row> page) {
        List<MessageJson> shown = new ArrayList<>();
        Map<MessageId, List<LabelId>> put =
                labels.put().of(page.stream().map(row -> row.message().id()).toList());
        long left = MAX_READ_IN_PAGE;
        for (Row row : page) {
            Message message = row.message();
            long size = message.facts().size();
            boolean isRead = size <= Math.min(left, MAX_READ_IN_LIST);
            left -= isRead ? size : 0;
            shown.add(MessageJson.of(
                    message, isRead ? triage.read(message) : null, put.getOrDefault(message.id(), List.of())));
        }
        return shown;
    }

    private Filter filter(Call call) {
        Query query = call.query();
        String inbox = query.text("inbox_id");
        String direction = query.text("direction");
        String status = query.text("status");
        HandlingState state =
                status == null ? null : HandlingState.parse(status).orElse(null);
        if (state == HandlingState.ERROR) {
            call.require(Scope.ADMIN);
        }
        return new Filter(
                inbox == null ? null : endpoints.resolveForReading(call.by(), inbox, "?inbox_id"),
                direction == null ? null : direction.equals("inbound"),
                state,
                status == null ? null : OutboundStatus.parse(status).orElse(null),
                thread(query.text("thread_id")),
                query.moment("since"));
    }

    private static @Nullable ThreadId thread(@Nullable String text) {
        return text == null
                ? null
                : ThreadId.parse(text).orElseThrow(() -> CallerFault.invalid("?thread_id", "is no thread's id"));
    }

    private Answer show(Call call) {
        Message message = message(call);
        return Answer.ok(shown(message, triage.read(message)));
    }

    private Answer change(Call call) {
        MessageChange wanted = call.body(MessageChange.class);
        Message message = labels.put()
                .change(
                        call.by(),
                        call.id(MessageId::parse, "message"),
                        wanted.addLabels().or(List.of()),
                        wanted.removeLabels().or(List.of()));
        // The answer is kept for whoever repeats the request: a row, not the mail.
        return Answer.ok(shown(message, null));
    }

    private MessageJson shown(Message message, @Nullable MessageContent content) {
        Map<MessageId, List<LabelId>> put = labels.put().of(List.of(message.id()));
        return MessageJson.of(message, content, put.getOrDefault(message.id(), List.of()));
    }

    private Answer raw(Call call) {
        Message message = message(call);
        return new Answer.Stream(
                "message/rfc822",
                message.facts().size(),
                triage.rawFor(call.by(), message),
                Map.of(
                        "Content-Disposition",
                        "attachment; filename=\"" + message.id().text() + ".eml\""));
    }

    private Answer attachment(Call call) {
        String file = call.path().getOrDefault("attachment_id", "");
        return Download.of(triage.attachment(call.by(), call.id(MessageId::parse, "message"), file));
    }

    private Message message(Call call) {
        return triage.message(call.by(), call.id(MessageId::parse, "message")).message();
    }

    private static Place placeOf(Message last) {
        return new Place(last.facts().occurredAt(), last.id());
    }

    private static String text(Place place) {
        return place.occurredAt() + " " + place.id().text();
    }

    private static Optional<Place> place(String text) {
        String[] parts = text.split(" ");
        try {
            return MessageId.parse(parts[1]).map(id -> new Place(Instant.parse(parts[0]), id));
        } catch (DateTimeException | ArrayIndexOutOfBoundsException otherPlace) {
            return Optional.empty();
        }
    }
}
