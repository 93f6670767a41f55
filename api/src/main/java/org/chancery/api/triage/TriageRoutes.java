package org.chancery.api.triage;

import java.util.List;
import java.util.Optional;
import org.chancery.api.http.Answer;
import org.chancery.api.http.Call;
import org.chancery.api.http.Route;
import org.chancery.core.access.Scope;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.AuthenticationResultsField;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.screening.SpamScores;
import org.chancery.core.send.SendService.Sent;
import org.chancery.core.triage.HandlerChanges;
import org.chancery.core.triage.HandlerChanges.Assigned;
import org.chancery.core.triage.Presence;
import org.chancery.core.triage.TriageService;
import org.chancery.core.triage.TriageService.Content;
import org.chancery.core.triage.TriageService.Reply;

/** The calls by which people read one mail and decide on it, and agents give it to them. */
public final class TriageRoutes {
    private static final String MESSAGE = "/v1/api/email/messages/{id}";

    private final TriageService mail;
    private final HandlerChanges handlers;
    private final Presence presence;
    private final SpamScores spam;
    private final AuthenticationResultsField authentication;

    public TriageRoutes(TriageParts parts, AuthenticationResultsField authentication) {
        this.mail = parts.mail();
        this.handlers = parts.handlers();
        this.presence = parts.presence();
        this.spam = parts.spam();
        this.authentication = authentication;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(MESSAGE + "/content", "Show all of a mail, its draft and its thread")
                        .needs(Scope.ADMIN)
                        .gives(200, ContentJson.class)
                        .handledBy(this::content),
                Route.get(MESSAGE + "/attachments/{attachment_id}/download", "Get a file of a mail, to be saved")
                        .needs(Scope.ADMIN)
                        .givesContent("application/octet-stream")
                        .handledBy(this::download),
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
                        .handledBy(this::discard),
                Route.post(MESSAGE + "/assign", "Give a mail to an agent, which gets the turn")
                        .needs(Scope.ADMIN)
                        .takes(AssignRequest.class)
                        .gives(200, DoneJson.class)
                        .handledBy(this::assign),
                Route.post(MESSAGE + "/escalate", "Give a mail from its agent to people")
                        .mayTake(EscalateRequest.class)
                        .gives(200, DoneJson.class)
                        .handledBy(this::escalate),
                Route.post(MESSAGE + "/presence", "Tell that somebody is at a mail, for half a minute")
                        .needs(Scope.CONVERSATIONS_WRITE)
                        .takes(PresenceRequest.class)
                        .gives(200, DoneJson.class)
                        .handledBy(this::presence));
    }

    private static MessageId id(Call call) {
        return call.id(MessageId::parse, "message");
    }

    private Answer content(Call call) {
        Content content = mail.content(call.by(), id(call));
        Message message = content.row().message();
        Optional<SpamScore> score = message instanceof Inbound inbound
                ? spam.of(inbound.spool(), inbound.facts().endpoint())
                : Optional.empty();
        return Answer.ok(ContentJson.of(content, presence.at(message.id()), score, authentication));
    }

    private Answer download(Call call) {
        String file = call.path().getOrDefault("attachment_id", "");
        return Download.of(mail.attachment(call.by(), id(call), file));
    }

    private Answer trace(Call call) {
        return Answer.ok(
                mail.trace(call.by(), id(call)).stream().map(TraceStepJson::of).toList());
    }

    private Answer reply(Call call) {
        ReplyRequest wanted = call.body(ReplyRequest.class);
        Reply reply = new Reply(new DraftText(wanted.text(), wanted.html()), wanted.draftVersion());
        Sent sent = mail.reply(call.by(), id(call), reply, call.newId(MessageId::new, MessageId::at));
        return Answer.ok(DoneJson.of(HandlingState.HANDLED).sent(sent.message()));
    }

    private Answer discard(Call call) {
        String reason =
                call.bodyIfAny(DiscardRequest.class).map(DiscardRequest::reason).orElse("");
        mail.discard(call.by(), id(call), reason);
        return Answer.ok(DoneJson.of(HandlingState.HANDLED));
    }

    private Answer assign(Call call) {
        AgentId agent = AgentId.parse(call.body(AssignRequest.class).agentId())
                .orElseThrow(() -> CallerFault.invalid("/agent_id", "names no agent of this workspace"));
        Assigned assigned = handlers.assign(call.by(), id(call), agent);
        String name = assigned.agent().name();
        String later = assigned.wired()
                ? " Later mail to " + assigned.endpoint().address() + " goes to that agent by itself."
                : "";
        return Answer.ok(DoneJson.of(assigned.state()).noting("Agent " + name + " has the turn." + later));
    }

    /** For whoever may do an agent's work: answer mail, or work on the queue. */
    private Answer escalate(Call call) {
        if (!call.by().may(Scope.CONVERSATIONS_WRITE)) {
            call.require(Scope.EMAIL_SEND);
        }
        String note =
                call.bodyIfAny(EscalateRequest.class).map(EscalateRequest::note).orElse("");
        handlers.escalate(call.by(), id(call), note);
        return Answer.ok(DoneJson.of(HandlingState.AWAITING_REVIEW));
    }

    private Answer presence(Call call) {
        Message message = mail.message(call.by(), id(call)).message();
        presence.note(
                message.id(),
                call.by().actor(),
                call.body(PresenceRequest.class).typing());
        return Answer.ok(DoneJson.of(message instanceof Message.Inbound inbound ? inbound.state() : null));
    }
}
