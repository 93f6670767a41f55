package org.chancery.api.approval;

import org.chancery.api.http.Field;
import org.chancery.core.approval.ApprovalService.Yes;
import org.chancery.core.approval.HeldAction.Edits;
import org.jspecify.annotations.Nullable;

/** A reviewer's yes. */
public record ApproveRequest(
        @Field(value = "For the record.", maxLength = 2000) @Nullable
        String note,

        @Field("What is to be changed before it is done; what was approved is what leaves.") @Nullable
        EditsRequest edits,

        @Field(
                value = "The version that was looked at, from the approval; where somebody edited it since, 409.",
                maxLength = 64)
        @Nullable
        String version) {

    static final ApproveRequest AS_IT_IS = new ApproveRequest(null, null, null);

    /** A part that is not given stays as it is. */
    public record EditsRequest(
            @Field(value = "The new subject.", singleLine = true, maxLength = 998) @Nullable
            String subject,

            @Field("The new text; HTML that the mail has goes, unless html_body is given, too.") @Nullable
            String textBody,

            @Field("The new HTML, and empty for none; the text is made from it, unless text_body is given, too.")
            @Nullable
            String htmlBody) {

        Edits edits() {
            return new Edits(subject, textBody, htmlBody);
        }
    }

    Yes yes() {
        return new Yes(note == null ? "" : note.strip(), edits == null ? Edits.NONE : edits.edits(), version);
    }
}
