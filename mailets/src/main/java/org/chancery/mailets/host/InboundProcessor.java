package org.chancery.mailets.host;

import jakarta.mail.internet.AddressException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.chancery.core.fault.Later;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.core.quarantine.ReleasedMail;
import org.chancery.core.spool.DamagedMail;
import org.chancery.core.spool.SpooledMail;
import org.chancery.mailets.Found;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.Received;
import org.chancery.mailets.Settled;
import org.chancery.mailets.mailbox.EndedMail;
import org.chancery.mailets.trace.Custody;
import org.chancery.mailets.trace.ErrorText;
import org.chancery.mailets.trace.Place;
import org.chancery.mailets.trace.Transit;
import org.slf4j.MDC;

/**
 * Takes one spooled mail through the container: its bytes into the raw-mail store, then {@code root}, {@code accepted} for a
 * mail that was let out of quarantine or {@code error} for one that is given up, then the receipt. All of it may be done again for
 * the same mail, after a crash or a failure, and changes nothing that was done. Used by many threads at once.
 */
public final class InboundProcessor {
    /** For a mail that had all its attempts, and this process knows of none. */
    private static final String SERVER_STOPPED = "the server stopped in the middle of every attempt";

    private final RawMailStore raw;
    private final MailetHost host;
    private final EndedMail ended;
    private final Receipts receipts;
    private final Clock clock;

    /**
     * What storage knows about mails that the pipeline is done with.
     *
     * @param isProcessed {@code MailboxService::isProcessed}
     * @param finish {@code MailboxService::finish}
     */
    public record Receipts(Predicate<SpoolId> isProcessed, BiConsumer<SpoolId, List<Step>> finish) {}

    /** What came of a try. */
    sealed interface Result {
        /**
         * The mail is where it belongs, and the receipt is written.
         *
         * @param outcomes by recipient; one who is missing had been replaced by others
         */
        record Processed(Map<EmailAddress, Settled> outcomes) implements Result {}

        /** It was processed before a crash. */
        record Repeated() implements Result {}

        /** The mail waits for an answer that is under way; nobody is to blame. */
        record Waits(Later forWhat) implements Result {}

        /** Database or store are away; the mail is not to blame. */
        record Away(Unavailable why) implements Result {}

        /** What the spool has of the mail is not what was committed; trying again is of no use. */
        record Damaged(DamagedMail why) implements Result {}

        /** A step failed. */
        record Failed(Failure failure) implements Result {}
    }

    /**
     * A step that failed.
     *
     * @param error for the operator, without secrets
     * @param forLog the same without words of others, and with where it was thrown
     * @param steps what was done up to it, and the failure itself
     */
    record Failure(String error, String forLog, List<Step> steps) {
        Failure {
            steps = List.copyOf(steps);
        }
    }

    public InboundProcessor(RawMailStore raw, MailetHost host, EndedMail ended, Receipts receipts, Clock clock) {
        this.raw = raw;
        this.host = host;
        this.ended = ended;
        this.receipts = receipts;
        this.clock = clock;
    }

    /**
     * Processes the mail; one that a person let out of quarantine goes on where it would have gone on without it.
     *
     * @param found what an earlier try found out, after which the mail had to wait; more is added
     */
    Result process(SpooledMail mail, Found found, List<Failure> earlier, Custody custody) {
        String door = mail instanceof ReleasedMail ? RequiredSteps.ACCEPTED : Mail.DEFAULT;
        return pass(mail, found, door, earlier, custody);
    }

    /** Keeps a mail for the operator that failed too often. */
    Result giveUp(SpooledMail mail, List<Failure> failures, Custody custody) {
        return pass(mail, new Found(), Mail.ERROR, failures, custody);
    }

    private Result pass(SpooledMail mail, Found found, String state, List<Failure> earlier, Custody custody) {
        Transit transit = new Transit(custody, clock);
        try (transit) {
            if (inCore(custody, () -> receipts.isProcessed().test(mail.id()))) {
                return new Result.Repeated();
            }
            RawDigest digest = found.raw().isPresent() ? found.raw().get() : inCore(custody, () -> keep(mail));
            found.raw(digest);
            Received received = new Received(mail, digest, found);
            transit.keep(MailAttributes.of(received));
            MailImpl james = NewMail.of(mail, state, custody);
            if (mail instanceof ReleasedMail released) {
                MailAttributes.classification(james, released.classification());
            }
            if (state.equals(Mail.ERROR)) {
                james.setErrorMessage(
                        earlier.isEmpty() ? SERVER_STOPPED : earlier.getLast().error());
            }
            try {
                host.service(james, transit);
            } finally {
                MDC.put("mail", mail.id().text()); // James took it away
            }
            keepEnded(transit, received, custody);
            List<Step> steps = new ArrayList<>();
            earlier.forEach(failure -> steps.addAll(failure.steps()));
            steps.addAll(transit.steps());
            inCore(custody, () -> {
                receipts.finish().accept(mail.id(), steps);
                return true;
            });
            return new Result.Processed(received.outcomes());
        } catch (Throwable thrown) { // an Error of a mailet, too, is this mail's trouble only
            Result result = failed(transit, thrown);
            if (result instanceof Result.Away) {
                found.awaitAway();
            }
            return result;
        }
    }

    private RawDigest keep(SpooledMail mail) throws IOException {
        try (InputStream in = mail.open()) {
            return raw.put(in).digest();
        }
    }

    private void keepEnded(Transit transit, Received received, Custody custody) throws IOException, AddressException {
        for (Transit.Ended end : transit.ended()) {
            for (EmailAddress recipient : MailAddresses.fromJames(end.recipients())) {
                if (!received.isSettled(recipient)) {
                    inCore(custody, () -> {
                        ended.keep(received, recipient, "ended by " + end.place());
                        return true;
                    });
                }
            }
        }
    }

    private Result failed(Transit transit, Throwable thrown) {
        Optional<DamagedMail> damaged = Causes.find(thrown, DamagedMail.class);
        if (damaged.isPresent()) {
            return new Result.Damaged(damaged.get());
        }
        Optional<Later> later = Causes.find(thrown, Later.class);
        if (later.isPresent()) {
            return new Result.Waits(later.get());
        }
        Optional<Unavailable> away = Causes.find(thrown, Unavailable.class);
        if (away.isPresent()) {
            return new Result.Away(away.get());
        }
        // James wraps what matchers throw; and a failure that was ignored earlier is not why the mail stopped now.
        Optional<Transit.Failure> step = transit.failure().filter(failure -> Causes.contains(thrown, failure.cause()));
        if (step.isPresent()) {
            Throwable cause = step.get().cause();
            return new Result.Failed(new Failure(
                    step.get().place() + ": " + ErrorText.of(cause),
                    step.get().place() + ": " + ErrorText.forLog(cause),
                    transit.steps()));
        }
        return new Result.Failed(
                failure(Place.CONTAINER, ErrorText.of(thrown), ErrorText.forLog(thrown), 0, transit.steps()));
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> T inCore(Custody custody, Work<T> work) throws IOException {
        custody.enterCore();
        try {
            return work.run();
        } finally {
            custody.leaveCore();
        }
    }

    /** The failure of a step that never came to its end. */
    Failure hung(Custody custody, Duration limit, StackTraceElement[] stack) {
        Place at = custody.place();
        String error = "gave no answer within " + limit.toMillis() + " ms";
        return failure(
                at == null ? Place.CONTAINER : at,
                error,
                error + ErrorText.frames(stack),
                limit.toNanos() / 1000,
                List.of());
    }

    /** A failure that not even {@link #process} could handle. */
    Failure unexplained(Throwable thrown) {
        String kind = thrown.getClass().getSimpleName();
        return failure(Place.CONTAINER, kind, kind, 0, List.of());
    }

    private Failure failure(Place place, String error, String forLog, long micros, List<Step> before) {
        List<Step> steps = new ArrayList<>(before);
        steps.add(
                new Step(clock.instant(), place.processor(), place.matcher(), place.mailet(), "failed", error, micros));
        return new Failure(place + ": " + error, place + ": " + forLog, steps);
    }
}
