package org.chancery.api.approval;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.api.message.AddressJson;
import org.chancery.api.message.AttachmentJson;
import org.chancery.core.access.Actor;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalService;
import org.chancery.core.approval.ApprovalView.Shown;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.jspecify.annotations.Nullable;

/** An action that waits, or waited, for people. */
public record ApprovalJson(
        String approvalId,
        @Field("Such as email:send.") String actionType,

        @Field("pending, executed, failed, rejected, expired or cancelled.")
        String status,

        @Field("Why it stands where it stands; empty while it waits.")
        String standing,

        @Field("A line for people.") String summary,
        String inboxId,
        RequesterJson requestedBy,

        @Field("The rule that holds it, as in requires_approval.")
        Object rule,

        Instant createdAt,

        @Field("From when on nobody can approve it; null where it waits for ever.") @Nullable
        Instant expiresAt,

        PayloadJson payload,
        String messageId,

        @Field("The mails before it in its thread, oldest first; the latest of very many.")
        List<HistoryJson> messageHistory,

        @Field("Another one for each version of what is held; approving it can name it.")
        String version,

        @Field("What people decided, in order; null in a list.") @Nullable
        List<ApprovalDecisionJson> decisions) {

    /** Who asked. */
    public record RequesterJson(
            @Field("user, agent or endpoint.") String kind,

            String id,
            @Field("A name for people.") String label) {

        static RequesterJson of(Actor actor) {
            return new RequesterJson(actor.kind(), actor.idText(), actor.label());
        }
    }

    /** The mail that is to leave. */
    public record PayloadJson(
            AddressJson from,
            List<AddressJson> to,
            List<AddressJson> cc,

            @Field("Also recipients whom the mail does not name.")
            List<AddressJson> bcc,

            String subject,

            @Field("When it is to leave once it is approved; null for at once.") @Nullable
            Instant sendAt,

            @Field(
                    "Null where its bytes are gone, and in a list, where the mail or those before it on the page are too big.")
            @Nullable
            String textBody,

            @Field("As it leaves, never to be shown unsanitised.") @Nullable
            String htmlBody,

            @Field("The files; null where the text is.") @Nullable
            List<AttachmentJson> attachments) {

        static PayloadJson of(Outbound message, @Nullable MessageContent content) {
            MessageFacts facts = message.facts();
            return new PayloadJson(
                    AddressJson.of(facts.from()),
                    AddressJson.all(facts.to()),
                    AddressJson.all(facts.cc()),
                    AddressJson.all(facts.bcc()),
                    facts.subject(),
                    message.sendAt(),
                    content == null ? null : content.text(),
                    content == null ? null : content.html(),
                    content == null ? null : AttachmentJson.all(content));
        }
    }

    static ApprovalJson of(
            Shown shown,
            @Nullable MessageContent content,
            List<HistoryJson> history,
            @Nullable List<ApprovalDecisionJson> decisions) {
        Approval approval = shown.approval();
        return new ApprovalJson(
                approval.id().text(),
                approval.actionType(),
                approval.status().text(),
                approval.standing(),
                approval.held().summary(),
                approval.held().endpoint().text(),
                RequesterJson.of(approval.requestedBy().actor()),
                ApprovalRuleTree.write(new ApprovalRules(List.of(approval.rule())))
                        .getFirst(),
                approval.createdAt(),
                approval.expiresAt(),
                PayloadJson.of(shown.message(), content),
                approval.held().message().text(),
                history,
                ApprovalService.version(approval),
                decisions);
    }
}
