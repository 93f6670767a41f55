package org.chancery.mailets.host;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.MessageId;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.core.send.OutboundPipeline;
import org.chancery.mailets.Departing;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.trace.Custody;
import org.chancery.mailets.trace.ErrorText;
import org.chancery.mailets.trace.Transit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes a mail that asks to leave through the {@code outbound} processor, in its sender's thread. What no step let go stays:
 * a mail that the processor ended without a decision is denied. Used by many threads at once.
 */
public final class OutboundProcessor implements OutboundPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundProcessor.class);
    private static final Outcome NOT_RELEASED = new Outcome.Denied(
            "not_released", "A step of the server's outbound processor ended the mail; nothing was sent.");

    private final MailetHost host;
    private final BiConsumer<MessageId, List<Step>> traces;
    private final Clock clock;

    /** @param traces {@code MailboxService::trace} */
    public OutboundProcessor(MailetHost host, BiConsumer<MessageId, List<Step>> traces, Clock clock) {
        this.host = host;
        this.traces = traces;
        this.clock = clock;
    }

    @Override
    public Outcome pass(Passage passage) {
        Departing departing = new Departing(passage.candidate(), passage.envelope());
        Transit transit = new Transit(new Custody(), clock);
        transit.keep(MailAttributes.of(departing));
        @Nullable Map<String, String> loggingContext = MDC.getCopyOfContextMap();
        try (transit) {
            host.service(NewMail.of(departing.sourceId(), passage.envelope(), passage.raw()), transit);
        } catch (Throwable thrown) { // what is decided stands, even where an Error came after
            rethrow(departing, transit, thrown);
        } finally {
            restore(loggingContext);
        }
        Outcome outcome = departing.outcome().orElse(NOT_RELEASED);
        trace(outcome, departing, transit.steps());
        return outcome;
    }

    /** What was decided durably is true whatever failed after it; else the caller learns why there is no decision. */
    private static void rethrow(Departing departing, Transit transit, Throwable thrown) {
        String place =
                transit.failure().map(failure -> failure.place().toString()).orElse("the mail container");
        if (departing.outcome().isPresent()) {
            LOG.error(
                    "{} is decided, yet {} failed after that: {}",
                    departing.sourceId(),
                    place,
                    ErrorText.forLog(thrown));
            return;
        }
        Optional<CallerFault> fault = Causes.find(thrown, CallerFault.class);
        if (fault.isPresent()) {
            throw fault.get();
        }
        Optional<Unavailable> away = Causes.find(thrown, Unavailable.class);
        if (away.isPresent()) {
            throw away.get();
        }
        throw new IllegalStateException(departing.sourceId() + " was not sent: " + place + " failed", thrown);
    }

    private void trace(Outcome outcome, Departing departing, List<Step> steps) {
        MessageId message = outcome instanceof Outcome.Drafted drafted
                ? drafted.message()
                : departing.candidate().message().id();
        try {
            traces.accept(message, steps);
        } catch (RuntimeException e) {
            LOG.warn("{} keeps no trace of what the outbound processor did: {}", message, ErrorText.of(e));
        }
    }

    /** James puts words of its own there, and takes away what stood in their places. */
    private static void restore(@Nullable Map<String, String> loggingContext) {
        if (loggingContext == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(loggingContext);
        }
    }
}
