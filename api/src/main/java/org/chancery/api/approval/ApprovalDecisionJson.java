package org.chancery.api.approval;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.approval.ApprovalView;
import org.chancery.core.approval.ApprovalView.Change;
import org.chancery.core.approval.Decision;
import org.jspecify.annotations.Nullable;

/** What one person decided. */
public record ApprovalDecisionJson(
        @Field("Who.") String by,
        @Field("The id of the user.") String byId,
        @Field("By which way it came.") String channel,
        @Field("approve, reject or reopen.") String decision,
        String note,
        Instant at,

        @Field("The version that they decided on, or made.") String version,

        @Field("What they changed before they approved; null where nothing.") @Nullable
        List<ChangeJson> changes) {

    /** One part of the mail, before and after. */
    public record ChangeJson(
            @Field("subject, text_body or html_body.") String field,
            String before,
            String after,

            @Field("Line by line: kept lines begin with a blank, those taken away with -, new ones with +.")
            String difference) {

        static ChangeJson of(Change change) {
            return new ChangeJson(change.field(), change.before(), change.after(), change.difference());
        }
    }

    static ApprovalDecisionJson of(Decision decision, ApprovalView view) {
        return new ApprovalDecisionJson(
                decision.by().label(),
                decision.by().idText(),
                decision.channel().text(),
                decision.kind().text(),
                decision.note(),
                decision.at(),
                decision.digest().hex(),
                decision.edited() == null
                        ? null
                        : view.changes(decision).stream().map(ChangeJson::of).toList());
    }
}
