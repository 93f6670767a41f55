package org.chancery.core.suppression;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SuppressionId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address to which a workspace sends nothing.
 *
 * @param id how the record names it, which holds no address
 * @param note what the other server said, or what the person wrote who added it; may be empty
 * @param message the mail of ours that showed it; null where a person added it
 * @param by who added it: a person's label, or {@link #OURSELVES}
 */
public record Suppression(
        SuppressionId id,
        WorkspaceId workspace,
        EmailAddress address,
        Cause cause,
        String note,
        @Nullable MessageId message,
        String by,
        Instant at) {

    /** Who adds what came back. */
    public static final String OURSELVES = "chancery";

    /** Characters of a note that are kept. */
    public static final int MAX_NOTE = 1000;

    /** Why it is there. */
    public enum Cause {
        /** A server refused the address for good: it or its host does not exist or has moved. */
        HARD_BOUNCE,
        /** Its owner called a mail spam (RFC 5965). */
        COMPLAINT,
        /** A person decided. */
        MANUAL,
        /** Its owner followed the link in a mail (RFC 8058). */
        UNSUBSCRIBED;

        /** The spelling in the API. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Cause> parse(String text) {
            return Arrays.stream(values())
                    .filter(cause -> cause.text().equals(text))
                    .findFirst();
        }
    }
}
