package org.chancery.api.approval;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.chancery.api.http.Field;
import org.chancery.core.access.Actor;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.access.TokenStanding;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalService;
import org.chancery.core.approval.ApprovalView.Shown;
import org.chancery.core.approval.Caution;
import org.chancery.core.mail.FullReading;
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

        @Field("Who wants it to wait: token by that rule, operator by a step of the pipeline, or requester, who asked"
                + " for somebody's look (draft).")
        String heldBy,

        Instant createdAt,

        @Field("From when on nobody can approve it; null where it waits for ever.") @Nullable
        Instant expiresAt,

        PayloadJson payload,

        @Field("What the text does not show and a reviewer ought to know; null where the text is.") @Nullable
        List<CautionJson> cautions,

        String messageId,

        @Field("The other mails of its thread, oldest first, later ones too; the latest of very many.")
        List<HistoryJson> messageHistory,

        @Field("Another one for each version of what is held; approving it can name it.")
        String version,

        @Field("What people decided, in order; null in a list.") @Nullable
        List<ApprovalDecisionJson> decisions) {

    /** Who asked. */
    public record RequesterJson(
            @Field("user, agent or endpoint.") String kind,

            String id,
            @Field("A name for people.") String label,

            @Field("Of the token that it was asked for with, as GET /v1/tokens/ shows it, or revoked.")
            String tokenState) {

        static RequesterJson of(Actor actor, TokenStanding.@Nullable State token) {
            return new RequesterJson(
                    actor.kind(),
                    actor.idText(),
                    actor.label(),
                    token == null ? "revoked" : token.name().toLowerCase(Locale.ROOT));
        }
    }

    /** Something that the text does not show. */
    public record CautionJson(
            @Field("answers_elsewhere, asks_elsewhere, html_differs, named_only, not_all_shown or handled.")
            String code,

            @Field("For people.") String text) {

        static CautionJson of(Caution caution) {
            return new CautionJson(caution.code(), caution.text());
        }
    }

    static ApprovalJson of(
            Shown shown,
            @Nullable FullReading reading,
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
                RequesterJson.of(approval.requestedBy().actor(), shown.token()),
                ApprovalRuleTree.write(new ApprovalRules(List.of(approval.rule())))
                        .getFirst(),
                approval.heldBy().text(),
                approval.createdAt(),
                approval.expiresAt(),
                PayloadJson.of(shown.message(), reading),
                reading == null
                        ? null
                        : Caution.of(shown.message(), shown.answers(), reading).stream()
                                .map(CautionJson::of)
                                .toList(),
                approval.held().message().text(),
                history,
                ApprovalService.version(approval),
                decisions);
    }
}
