package org.chancery.delivery.smtp;

import java.time.Clock;
import java.time.Instant;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.Courier;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.delivery.dkim.SignedContent;

/**
 * Says of every mail that it was delivered, and never opens a socket ({@code delivery.mode = sandbox}). Mail to our own
 * endpoints stays as well: who tries things out in the sandbox wants to see what would be sent, and set nothing off by it.
 */
public final class SandboxCourier implements Courier {
    private static final String REPLY = "250 2.0.0 kept in the sandbox, nothing was sent";

    private final RawMailStore store;
    private final Clock clock;

    public SandboxCourier(RawMailStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Attempt deliver(OutgoingJob job, Talk talk) {
        // What would not be sent outside of the sandbox is not said to have been.
        OutgoingMail.examine(store, job.raw(), new SignedContent());
        Instant now = clock.instant();
        return new Attempt(
                now,
                now,
                null,
                null,
                job.recipients().stream()
                        .<Result>map(recipient -> new Result.Delivered(recipient, REPLY))
                        .toList());
    }
}
