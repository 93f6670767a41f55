package org.chancery.api.triage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.api.html.SafeHtml;
import org.chancery.api.http.Field;
import org.chancery.api.message.AttachmentJson;
import org.chancery.core.access.Actor;
import org.chancery.core.mail.AuthenticationResultsField;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.ModelView;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.triage.Presence.Viewer;
import org.chancery.core.triage.TriageService.Content;
import org.chancery.core.triage.TriageService.Reviewed;
import org.chancery.core.triage.TriageService.ThreadEntry;
import org.jspecify.annotations.Nullable;

/** All of one mail, with the draft that answers it and the thread around it. */
public record ContentJson(
        String emailMessageId,
        String threadId,
        String direction,

        @Field("Where an inbound mail stands; null for outbound mail.") @Nullable
        String handlingState,

        String fromAddr,
        List<String> toAddrs,
        List<String> ccAddrs,
        String subject,
        Instant occurredAt,
        String text,

        @Field("The text without quotes, signature and disclaimer.")
        String newestText,

        @Field(
                "Safe to show: it runs, loads and submits nothing; pictures have no address. Null where the mail has no HTML.")
        @Nullable
        String html,

        @Field("The draft that waits for a person.") @Nullable
        DraftJson draft,

        List<AttachmentJson> attachments,
        AuthenticationJson authentication,

        @Field("human, auto_reply, bounce, complaint, list or bulk; null for outbound mail.") @Nullable
        String classification,

        @Field("What a model takes it for; null without a model.") @Nullable
        String llmCategory,

        @Field("What a model says of it; null without a model.") @Nullable
        String llmSummary,

        @Nullable String agentId,
        String endpointId,
        List<EntryJson> thread,

        @Field(
                "Why an inbound mail stands where it stands, such as the note of an agent that escalated it; null for outbound mail.")
        @Nullable
        String reason,

        @Field("Who asked for an outbound mail, or decided that it is sent; null for inbound mail.") @Nullable
        AuthorJson author,

        @Field("Who looks at the mail just now, or writes an answer.")
        List<ViewerJson> viewers,

        @Field("5 is probably spam, 15 certainly; null where it was not scored, as outbound mail is not.") @Nullable
        Double spamScore,

        @Field("What the score is made of, the heaviest first.")
        List<SignalJson> signals,

        @Field("Whether the mail was too long or too deep to be read to its end.")
        boolean truncated) {

    /** A draft that waits for a person. */
    public record DraftJson(
            @Field("The id of the draft itself.") String messageId,
            String text,

            @Field("As it would be sent; to be edited, not to be shown as HTML.") @Nullable
            String html,

            @Field("The same, safe to show.") @Nullable String safeHtml,
            AuthorJson author,

            @Field("Whom it goes to, as its header says.") List<String> to,

            List<String> cc,

            @Field("Who gets it without being named.") List<String> bcc,
            String subject,
            List<AttachmentJson> attachments,

            @Field("For draft_version in the answer, so that what was seen is what is sent.")
            String version) {}

    /** Who wrote a draft. */
    public record AuthorJson(
            @Field("user, agent or endpoint.") String kind, String id, String label) {

        static AuthorJson of(Actor actor) {
            return new AuthorJson(actor.kind(), actor.idText(), actor.label());
        }
    }

    /** One mail of the thread. */
    public record EntryJson(
            String emailMessageId,
            String direction,
            String fromAddr,
            Instant occurredAt,

            @Field("Empty where the mail is too big to be read for another one.")
            String newestText) {

        static EntryJson of(ThreadEntry entry) {
            MessageFacts facts = entry.message().facts();
            return new EntryJson(
                    facts.id().text(),
                    RowJson.direction(entry.message()),
                    facts.from().address(),
                    facts.occurredAt(),
                    entry.newestText());
        }
    }

    static ContentJson of(
            Content content,
            List<Viewer> viewers,
            Optional<SpamScore> spam,
            AuthenticationResultsField authentication) {
        Message message = content.row().message();
        MessageFacts facts = message.facts();
        SafeHtml html = SafeHtml.ofNullable(content.content().html());
        return new ContentJson(
                facts.id().text(),
                facts.thread().text(),
                RowJson.direction(message),
                message instanceof Inbound inbound ? inbound.state().text() : null,
                facts.from().address(),
                RowJson.recipients(message),
                RowJson.addresses(facts.cc()),
                facts.subject(),
                facts.occurredAt(),
                content.content().text(),
                content.newestText(),
                html == null ? null : html.markup(),
                draft(content.draft()),
                AttachmentJson.all(content.content()),
                message instanceof Inbound inbound
                        ? AuthenticationJson.of(inbound.authentication(), authentication)
                        : AuthenticationJson.OUTBOUND,
                message instanceof Inbound inbound ? inbound.classification().text() : null,
                RowJson.view(message).map(ModelView::category).orElse(null),
                RowJson.view(message).map(ModelView::summary).orElse(null),
                RowJson.agent(message),
                facts.endpoint().text(),
                content.thread().stream().map(EntryJson::of).toList(),
                message instanceof Inbound inbound ? inbound.stateReason() : null,
                message instanceof Outbound outbound ? AuthorJson.of(outbound.author()) : null,
                ViewerJson.all(viewers),
                spam.filter(SpamScore::isKnown).map(SpamScore::score).orElse(null),
                spam.map(SpamScore::signals).orElse(List.of()).stream()
                        .map(SignalJson::of)
                        .toList(),
                content.content().truncated() || (html != null && html.truncated()));
    }

    private static @Nullable DraftJson draft(@Nullable Reviewed reviewed) {
        DraftText text = reviewed == null ? null : reviewed.message().draft();
        if (reviewed == null || text == null) {
            return null;
        }
        Outbound waiting = reviewed.message();
        MessageFacts facts = waiting.facts();
        SafeHtml html = SafeHtml.ofNullable(text.html());
        return new DraftJson(
                waiting.id().text(),
                text.text(),
                text.html(),
                html == null ? null : html.markup(),
                AuthorJson.of(waiting.author()),
                RowJson.addresses(facts.to()),
                RowJson.addresses(facts.cc()),
                RowJson.addresses(facts.bcc()),
                facts.subject(),
                AttachmentJson.all(reviewed.content()),
                reviewed.version());
    }
}
