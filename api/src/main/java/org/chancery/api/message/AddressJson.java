package org.chancery.api.message;

import java.util.List;
import org.chancery.core.mail.Mailbox;
import org.jspecify.annotations.Nullable;

/** An address in a mail, as it stands there. */
public record AddressJson(String email, @Nullable String name) {

    /** One address. */
    public static AddressJson of(Mailbox mailbox) {
        return new AddressJson(mailbox.address(), mailbox.name());
    }

    /** Addresses, in their order. */
    public static List<AddressJson> all(List<Mailbox> mailboxes) {
        return mailboxes.stream().map(AddressJson::of).toList();
    }
}
