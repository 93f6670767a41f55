package org.chancery.core.queue;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.suppression.SuppressedRecipients;
import org.chancery.core.tx.Transactions;

/** Hands on what may still go: an address can be suppressed while mail to it waits for its next attempt. */
public final class SuppressionCourier implements Courier {
    private static final String AWAY = "451 4.3.0 the addresses to which nothing is sent cannot be read now";

    private final Transactions transactions;
    private final SuppressedRecipients suppressed;
    private final Courier others;
    private final Clock clock;

    /** @param others takes the mail away */
    public SuppressionCourier(Transactions transactions, SuppressedRecipients suppressed, Courier others, Clock clock) {
        this.transactions = transactions;
        this.suppressed = suppressed;
        this.others = others;
        this.clock = clock;
    }

    @Override
    public Attempt deliver(OutgoingJob job, Talk talk) {
        Instant startedAt = clock.instant();
        Set<EmailAddress> kept;
        try {
            kept = transactions.in(tx -> suppressed.of(tx, job.workspace(), job.message(), job.recipients()));
        } catch (Unavailable away) {
            return ended(
                    startedAt,
                    job.recipients().stream()
                            .<Result>map(recipient -> new Result.TemporaryFailure(recipient, AWAY, false))
                            .toList());
        }
        if (kept.isEmpty()) {
            return others.deliver(job, talk);
        }
        List<EmailAddress> left = job.recipients().stream()
                .filter(recipient -> !kept.contains(recipient))
                .toList();
        if (left.isEmpty()) {
            return ended(startedAt, refused(kept));
        }
        return others.deliver(job.to(left), talk).and(refused(kept));
    }

    private Attempt ended(Instant startedAt, List<Result> results) {
        return new Attempt(startedAt, clock.instant(), null, null, results);
    }

    private static List<Result> refused(Collection<EmailAddress> kept) {
        return kept.stream()
                .<Result>map(recipient -> new Result.PermanentFailure(recipient, MessageOutcomes.SUPPRESSED, false))
                .toList();
    }
}
