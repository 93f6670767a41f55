package org.chancery.mailets.host;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.core.fault.Later;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.spool.SpoolClaims;
import org.chancery.core.spool.SpooledMail;
import org.chancery.mailets.Found;
import org.chancery.mailets.host.InboundProcessor.Failure;
import org.chancery.mailets.host.InboundProcessor.Result;
import org.chancery.mailets.trace.Custody;
import org.chancery.mailets.trace.ErrorText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker does with a mail between claiming it and claiming the next: it tries the mail and settles it with the spool. A
 * mail that fails is tried again, and given up after the last attempt; while the database is away, nothing counts.
 */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolRunner.class);

    private final SpoolClaims claims;
    private final InboundProcessor processor;
    private final PipelineSettings settings;
    private final PipelineFigures figures;
    private final Clock clock;
    private final EarlierTries earlier = new EarlierTries();
    private final AtomicInteger awayInARow = new AtomicInteger();

    Attempts(
            SpoolClaims claims,
            InboundProcessor processor,
            PipelineSettings settings,
            PipelineFigures figures,
            Clock clock) {
        this.claims = claims;
        this.processor = processor;
        this.settings = settings;
        this.figures = figures;
        this.clock = clock;
    }

    /** A try that is over. */
    record Tried(Result result, boolean gaveUp) {}

    /**
     * Processes the mail; gives it up where this was its last attempt, or where it has had all of them.
     *
     * @param givingUp called before the mail goes through the error processor
     */
    Tried run(SpooledMail mail, Custody custody, Runnable givingUp) {
        try {
            return attempt(mail, custody, givingUp);
        } catch (RuntimeException | Error e) { // no memory left to tell of a failure, and the like
            return new Tried(new Result.Failed(processor.unexplained(e)), false);
        }
    }

    private Tried attempt(SpooledMail mail, Custody custody, Runnable givingUp) {
        List<Failure> failures = earlier.failures(mail);
        if (mail.attempt() <= settings.attempts()) {
            Found found = earlier.found(mail);
            Result result = processor.process(mail, found, failures, custody);
            if ((result instanceof Result.Waits || result instanceof Result.Away) && custody.isHeld()) {
                earlier.waits(mail, found);
            }
            if (!(result instanceof Result.Failed failed) || !custody.isHeld()) {
                return new Tried(result, false);
            }
            figures.attemptFailed();
            LOG.warn(
                    "{} attempt {} of {} failed: {}",
                    mail.id(),
                    mail.attempt(),
                    settings.attempts(),
                    failed.failure().forLog());
            failures = earlier.failed(mail, failed.failure());
            if (mail.attempt() < settings.attempts()) {
                return new Tried(result, false);
            }
        }
        givingUp.run();
        return new Tried(processor.giveUp(mail, failures, custody), true);
    }

    /**
     * Tells the spool what came of the mail.
     *
     * @return how long to leave the database alone; zero while it answers
     */
    Duration settle(SpooledMail mail, Tried tried, long nanos) {
        return switch (tried.result()) {
            case Result.Processed done -> {
                processed(mail, tried.gaveUp());
                report(mail, done, nanos);
                yield goOn();
            }
            case Result.Repeated ignored -> {
                processed(mail, false);
                LOG.info("{} was processed before the last stop", mail.id());
                yield goOn();
            }
            case Result.Damaged damaged -> {
                figures.attemptFailed();
                claims.setAside(mail.id(), damaged.why().what());
                earlier.forget(mail);
                yield goOn();
            }
            case Result.Failed failed -> {
                retry(mail, failed.failure(), tried.gaveUp());
                yield goOn();
            }
            case Result.Waits waits -> {
                LOG.debug("{} waits: {}", mail.id(), waits.forWhat().getMessage());
                boolean isNew = earlier.isNew(mail, waits.forWhat());
                claims.postpone(mail.id(), clock.instant().plus(waits.forWhat().pause()));
                // One that came while the mail was in hand has called for it in vain.
                if (isNew || waits.forWhat().isThere()) {
                    callFor(mail.id(), waits.forWhat());
                }
                yield goOn();
            }
            case Result.Away away -> postpone(mail, away.why());
        };
    }

    /** The mail itself is not kept with the answer. */
    private void callFor(SpoolId mail, Later answer) {
        answer.whenThere(() -> claims.due(mail));
    }

    private Duration goOn() {
        awayInARow.set(0);
        return Duration.ZERO;
    }

    private void processed(SpooledMail mail, boolean gaveUp) {
        claims.processed(mail.id());
        earlier.forget(mail);
        figures.mailProcessed(gaveUp);
    }

    /** The mail was taken from its worker, in which a step hangs. */
    void hung(SpooledMail mail, Custody custody, boolean givingUp, StackTraceElement[] stack) {
        Failure failure = processor.hung(custody, settings.hangsAfter(), stack);
        LOG.warn("{} attempt {} was taken from its worker: {}", mail.id(), mail.attempt(), failure.forLog());
        figures.attemptFailed();
        earlier.failed(mail, failure);
        retry(mail, failure, givingUp);
    }

    private void retry(SpooledMail mail, Failure failure, boolean gaveUp) {
        boolean hadAll = gaveUp || mail.attempt() > settings.attempts();
        Duration pause = hadAll ? settings.longPauseAfter(mail.attempt()) : settings.pauseAfter(mail.attempt());
        if (hadAll) {
            figures.attemptFailed();
            LOG.error(
                    "{} could not be kept for the operator, and waits in the spool for {}: {}",
                    mail.id(),
                    pause,
                    failure.forLog());
        }
        claims.retry(mail.id(), clock.instant().plus(pause));
    }

    /** Once for every worker it may be this mail's own trouble, such as a file that cannot be read now; after that nobody gets through. */
    private Duration postpone(SpooledMail mail, Unavailable away) {
        int others = awayInARow.incrementAndGet() - settings.workers();
        Duration pause = PipelineSettings.awayPause(earlier.away(mail));
        figures.attemptPostponed();
        LOG.warn("{} waits for {}: {}", mail.id(), pause, ErrorText.of(away));
        claims.postpone(mail.id(), clock.instant().plus(pause));
        return others <= 0 ? Duration.ZERO : PipelineSettings.awayPause(others);
    }

    private static void report(SpooledMail mail, Result.Processed done, long nanos) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        StringBuilder outcomes = new StringBuilder(80);
        done.outcomes()
                .forEach((recipient, settled) -> outcomes.append(outcomes.isEmpty() ? "" : ", ")
                        .append(recipient)
                        .append(": ")
                        .append(settled.id())
                        .append(' ')
                        .append(settled.how()));
        for (EmailAddress recipient : mail.envelope().recipients()) {
            if (!done.outcomes().containsKey(recipient)) {
                outcomes.append(outcomes.isEmpty() ? "" : ", ")
                        .append(recipient)
                        .append(": replaced by a mailet");
            }
        }
        LOG.info("{} from {} for {} in {} µs", mail.id(), mail.envelope().reversePath(), outcomes, nanos / 1000);
    }
}
