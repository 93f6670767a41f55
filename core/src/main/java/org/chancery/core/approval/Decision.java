package org.chancery.core.approval;

import java.time.Instant;
import java.util.Locale;
import org.chancery.core.access.Actor;
import org.chancery.core.audit.Channel;
import org.chancery.core.mailbox.RawDigest;
import org.jspecify.annotations.Nullable;

/**
 * What one person said about an approval.
 *
 * @param note for the record; empty where they said nothing
 * @param digest of the bytes that they decided on; where they edited the mail, of what they made of it
 * @param edited of the bytes that they edited, or null where they left them as they were
 */
public record Decision(
        Actor.Person by,
        Channel channel,
        Kind kind,
        String note,
        RawDigest digest,
        @Nullable RawDigest edited,
        Instant at) {

    /** What was decided. */
    public enum Kind {
        APPROVE,
        REJECT,
        /** What had expired waits again. */
        REOPEN;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
