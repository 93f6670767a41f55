package org.chancery.api.message;

import java.time.Instant;
import org.chancery.core.mailbox.Message.Rejection;

/** Why what was a draft, held or scheduled does not leave. */
public record RejectionJson(String reason, String by, Instant at) {

    static RejectionJson of(Rejection rejection) {
        return new RejectionJson(rejection.reason(), rejection.by(), rejection.at());
    }
}
