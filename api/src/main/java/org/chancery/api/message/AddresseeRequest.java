package org.chancery.api.message;

import org.chancery.api.http.Field;
import org.chancery.core.mail.Mailbox;
import org.jspecify.annotations.Nullable;

/** Somebody whom a mail goes to. */
public record AddresseeRequest(
        @Field(value = "The address.", singleLine = true, maxLength = 320)
        String email,

        @Field(value = "The name shown with it.", singleLine = true, maxLength = 200) @Nullable
        String name) {

    Mailbox mailbox() {
        return new Mailbox(name == null || name.isBlank() ? null : name.strip(), email.strip());
    }
}
