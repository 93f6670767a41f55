package org.chancery.api.suppression;

import org.chancery.api.http.Field;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.suppression.Suppression;
import org.jspecify.annotations.Nullable;

/** What {@code POST /v1/suppressions/} takes. */
public record SuppressionRequest(
        @Field(value = "The address to which nothing shall be sent.", singleLine = true, maxLength = 320)
        String email,

        @Field(value = "Why, for people.", singleLine = true, maxLength = Suppression.MAX_NOTE) @Nullable
        String note) {

    EmailAddress address() {
        return EmailAddress.parse(email.strip())
                .orElseThrow(() -> CallerFault.invalid("/email", "is no e-mail address"));
    }

    String noteOrNone() {
        return note == null ? "" : note;
    }
}
