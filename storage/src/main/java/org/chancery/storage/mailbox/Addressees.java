package org.chancery.storage.mailbox;

import java.util.ArrayList;
import java.util.List;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.storage.column.Json;
import org.chancery.storage.column.SafeText;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** To, Cc and Bcc of a message, as one column keeps them. */
public record Addressees(List<Kept> to, List<Kept> cc, List<Kept> bcc) {
    private static final int MAX_TEXT = 500;

    /** One of them as JSON. */
    public record Kept(@Nullable String name, String address) {

        static Kept of(Mailbox mailbox) {
            String name = mailbox.name();
            return new Kept(
                    name == null ? null : SafeText.shortened(name, MAX_TEXT),
                    SafeText.shortened(mailbox.address(), MAX_TEXT));
        }

        Mailbox mailbox() {
            return new Mailbox(name, address);
        }

        int length() {
            return (name == null ? 0 : name.length()) + address.length() + 30;
        }
    }

    /** Of a mail to thousands, the first ones: the raw mail has them all. */
    static JSONB json(MessageFacts facts) {
        int room = Json.ROOM / 3;
        return Json.write(
                new Addressees(fitting(facts.to(), room), fitting(facts.cc(), room), fitting(facts.bcc(), room)));
    }

    static Addressees read(JSONB json) {
        return Json.read(json, Addressees.class);
    }

    public static List<Mailbox> mailboxes(List<Kept> kept) {
        return kept.stream().map(Kept::mailbox).toList();
    }

    /** The first ones, as many as fit into so many characters. */
    public static List<Kept> fitting(List<Mailbox> mailboxes, int room) {
        List<Kept> fitting = new ArrayList<>();
        int length = 0;
        for (Mailbox mailbox : mailboxes) {
            Kept kept = Kept.of(mailbox);
            length += kept.length();
            if (length > room) {
                break;
            }
            fitting.add(kept);
        }
        return fitting;
    }
}
