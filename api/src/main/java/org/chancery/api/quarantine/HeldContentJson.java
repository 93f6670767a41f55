package org.chancery.api.quarantine;

import java.time.Instant;
import java.util.List;
import org.chancery.api.html.SafeHtml;
import org.chancery.api.http.Field;
import org.chancery.api.message.AttachmentJson;
import org.chancery.api.triage.AuthenticationJson;
import org.chancery.api.triage.ContentJson.DraftJson;
import org.chancery.api.triage.ContentJson.EntryJson;
import org.chancery.api.triage.SignalJson;
import org.chancery.core.mail.AuthenticationResultsField;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.quarantine.HeldMail;
import org.chancery.core.quarantine.QuarantineView.Content;
import org.chancery.core.quarantine.Quarantined;
import org.chancery.core.quarantine.Quarantined.Accepted;
import org.chancery.core.quarantine.Quarantined.Decision;
import org.chancery.core.quarantine.Quarantined.Pending;
import org.chancery.core.quarantine.Quarantined.Rejected;
import org.chancery.core.quarantine.Quarantined.Release;
import org.jspecify.annotations.Nullable;

/** All of one held mail, as the content of a message is shown, and why it is held. */
public record HeldContentJson(
        String id,

        @Field("What it became; null unless it was accepted and delivered.") @Nullable
        String emailMessageId,

        @Field("Null: it is in no thread while it is held.") @Nullable
        String threadId,

        String direction,

        @Field("Null: nobody handles it while it is held.") @Nullable
        String handlingState,

        @Field("pending, accepted or rejected.") String state,

        @Field("dangerous_attachment, auth_failed, phishing, unknown_sender or spam_threshold.")
        String reason,

        @Field(
                "5 is probably spam, 15 certainly; null where it could not be found out, and where the mail was held before it was scored, as it is for dangerous_attachment, auth_failed and phishing.")
        @Nullable
        Double spamScore,

        @Field("What speaks against the mail and for it; what the reason rests on comes first.")
        List<SignalJson> signals,

        String fromAddr,
        List<String> toAddrs,
        List<String> ccAddrs,

        @Field("The recipient that brought it to the endpoint.")
        String recipient,

        String subject,
        Instant occurredAt,
        String text,

        @Field("The text without quotes, signature and disclaimer.")
        String newestText,

        @Field("Made safe to show: it runs nothing and loads nothing from anywhere.") @Nullable
        String html,

        @Field("Null: nobody answers it while it is held.") @Nullable
        DraftJson draft,

        @Field("Empty: they can be had once the mail is accepted.")
        List<AttachmentJson> attachments,

        AuthenticationJson authentication,

        @Field("human, auto_reply, bounce, complaint, list or bulk.")
        String classification,

        @Field("Null: no agent sees it while it is held.") @Nullable
        String agentId,

        String endpointId,

        @Field("Empty: it is in no thread while it is held.")
        List<EntryJson> thread,

        @Field("Null while it is pending.") @Nullable DecisionJson decision,

        @Field("Whether the mail was too long or too deep to be read to its end.")
        boolean truncated) {

    /** Who decided. */
    public record DecisionJson(
            String by,
            Instant at,
            String note,

            @Field("To whom the sender's address was bound with it.") @Nullable
            String bindUserId) {

        static DecisionJson of(Decision decision) {
            return new DecisionJson(
                    decision.by().label(),
                    decision.at(),
                    decision.note(),
                    decision.bound() == null ? null : decision.bound().text());
        }
    }

    static HeldContentJson of(Content content, AuthenticationResultsField field) {
        Quarantined item = content.item();
        HeldMail mail = item.mail();
        SafeHtml html = SafeHtml.ofNullable(content.content().html());
        return new HeldContentJson(
                mail.id().text(),
                message(item),
                null,
                "inbound",
                null,
                item.state(),
                mail.suspicion().reason().text(),
                mail.suspicion().spamScore(),
                mail.suspicion().signals().stream().map(SignalJson::of).toList(),
                mail.from().address(),
                HeldRowJson.recipients(mail),
                content.header().cc().stream().map(Mailbox::address).toList(),
                mail.passage().recipient().toString(),
                mail.shown().subject(),
                mail.arrivedAt(),
                content.content().text(),
                content.newestText(),
                html == null ? null : html.markup(),
                null,
                List.of(),
                AuthenticationJson.of(mail.passage().authentication(), field),
                mail.passage().classification().text(),
                null,
                mail.endpoint().text(),
                List.of(),
                decision(item),
                content.content().truncated() || (html != null && html.truncated()));
    }

    static @Nullable String message(Quarantined item) {
        return item instanceof Accepted accepted
                        && accepted.release() instanceof Release.Done done
                        && done.message() != null
                ? done.message().text()
                : null;
    }

    static @Nullable DecisionJson decision(Quarantined item) {
        return switch (item) {
            case Pending ignored -> null;
            case Accepted accepted -> DecisionJson.of(accepted.decision());
            case Rejected rejected -> DecisionJson.of(rejected.decision());
        };
    }
}
