package org.chancery.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.chancery.core.access.AuthFailures;
import org.chancery.core.fault.Unavailable;
import org.chancery.delivery.chat.ChatFigures;
import org.chancery.delivery.queue.DeliveryFigures;
import org.chancery.delivery.subscription.SubscriptionFigures;
import org.chancery.mailets.host.PipelineFigures;
import org.chancery.mailets.screening.ContentFigures;
import org.chancery.mailets.screening.SpamFigures;
import org.chancery.smtpingest.SmtpFigures;
import org.chancery.storage.spool.SpoolFigures;

/** How it goes, for {@code GET /metrics}. Names begin with {@code chancery_}; times are in seconds. */
final class Metrics {
    private final MeterRegistry meters;

    private Metrics(MeterRegistry meters) {
        this.meters = meters;
    }

    /** @param queued how many outgoing jobs wait; asks the database */
    static void bind(
            MeterRegistry meters,
            SmtpFigures smtp,
            Supplier<SpoolFigures> spool,
            PipelineFigures pipeline,
            DeliveryFigures delivery,
            Supplier<Long> queued) {
        Metrics metrics = new Metrics(meters);
        metrics.count("smtp.sessions", smtp, SmtpFigures::sessions);
        metrics.gauge("smtp.sessions.open", smtp, SmtpFigures::openSessions);
        metrics.count("smtp.mails.accepted", smtp, SmtpFigures::mailsAccepted);
        metrics.count("smtp.mails.submitted", smtp, SmtpFigures::mailsSubmitted);
        metrics.count("smtp.octets", smtp, SmtpFigures::octets);
        metrics.count(
                "smtp.refusals",
                smtp,
                figures -> figures.refusals().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());

        metrics.gauge("spool.backlog", spool, figures -> figures.get().backlog());
        metrics.gauge(
                "spool.oldest.age.seconds",
                spool,
                figures -> figures.get().oldestAge().toMillis() / 1000.0);
        metrics.gauge("spool.segments", spool, figures -> figures.get().segments());
        metrics.gauge("spool.segments.damaged", spool, figures -> figures.get().damagedSegments());
        metrics.gauge("spool.memory.octets", spool, figures -> figures.get().memoryBytes());
        metrics.gauge("spool.unproved", spool, figures -> figures.get().unproved());
        metrics.count("spool.commits", spool, figures -> figures.get().commits());
        metrics.count("spool.forces", spool, figures -> figures.get().batches());
        metrics.count("spool.refused", spool, figures -> figures.get().refused());
        metrics.count("spool.checkpoints", spool, figures -> figures.get().checkpoints());
        metrics.count(
                "spool.checkpoints.failed", spool, figures -> figures.get().failedCheckpoints());

        metrics.count("pipeline.processed", pipeline, PipelineFigures::processed);
        metrics.count("pipeline.kept.for.operator", pipeline, PipelineFigures::kept);
        metrics.count("pipeline.failures", pipeline, PipelineFigures::failures);
        metrics.count("pipeline.postponed", pipeline, PipelineFigures::postponed);
        metrics.count("pipeline.busy.seconds", pipeline, figures -> figures.busyMicros() / 1e6);
        metrics.gauge("pipeline.stuck", pipeline, PipelineFigures::stuck);

        metrics.gauge("delivery.waiting", Remembered.for15Seconds(queued), Metrics::orUnknown);
        metrics.gauge("delivery.in.flight", delivery, DeliveryFigures::inFlight);
        metrics.count("delivery.attempts", delivery, DeliveryFigures::attempts);
        metrics.count("delivery.delivered", delivery, DeliveryFigures::delivered);
        metrics.count("delivery.deferred", delivery, DeliveryFigures::deferred);
        metrics.count("delivery.bounced", delivery, DeliveryFigures::bounced);

        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics(Tags.empty()).bindTo(meters);
    }

    /** @param waiting how many deliveries to subscribers wait; asks the database */
    static void bindSubscribers(MeterRegistry meters, SubscriptionFigures figures, Supplier<Long> waiting) {
        Metrics metrics = new Metrics(meters);
        metrics.gauge("subscribers.waiting", Remembered.for15Seconds(waiting), Metrics::orUnknown);
        metrics.gauge("subscribers.in.flight", figures, SubscriptionFigures::inFlight);
        metrics.count("subscribers.delivered", figures, SubscriptionFigures::delivered);
        metrics.count("subscribers.failed", figures, SubscriptionFigures::failed);
        metrics.count("subscribers.refused", figures, SubscriptionFigures::refused);
    }

    /** How often somebody failed to get in, by whatever door. */
    static void bindAccess(MeterRegistry meters, AuthFailures failures) {
        new Metrics(meters).count("auth.failures", failures, AuthFailures::total);
    }

    /** What was found in the content of mail, by sign. */
    static void bindContent(MeterRegistry meters, ContentFigures content) {
        Metrics metrics = new Metrics(meters);
        metrics.count("content.inspected", content, ContentFigures::inspected);
        metrics.count("content.dangerous", content, ContentFigures::dangerous);
        metrics.count("content.phishing", content, ContentFigures::phishing);
        for (String sign : ContentFigures.SIGNS) {
            FunctionCounter.builder("chancery.content.mails.with", content, figures -> figures.with(sign))
                    .tag("sign", sign)
                    .register(meters);
        }
    }

    /** @param away how often the server that scores mail gave no answer */
    static void bindSpam(MeterRegistry meters, SpamFigures figures, LongSupplier away) {
        Metrics metrics = new Metrics(meters);
        metrics.count("spam.scored", figures, SpamFigures::scored);
        metrics.count("spam.unknown", figures, SpamFigures::unknown);
        metrics.gauge("spam.score.average", figures, SpamFigures::average);
        metrics.count("spam.rspamd.failures", away, LongSupplier::getAsLong);
    }

    static void bindModel(MeterRegistry meters, ChatFigures model) {
        Metrics metrics = new Metrics(meters);
        metrics.count("model.calls", model, ChatFigures::calls);
        metrics.count("model.failures", model, ChatFigures::failures);
        metrics.count("model.tokens.input", model, ChatFigures::inputTokens);
        metrics.count("model.tokens.output", model, ChatFigures::outputTokens);
        metrics.count("model.busy.seconds", model, ChatFigures::busySeconds);
    }

    private <T> void count(String name, T source, ToDoubleFunction<T> value) {
        FunctionCounter.builder("chancery." + name, source, value).register(meters);
    }

    private <T> void gauge(String name, T source, ToDoubleFunction<T> value) {
        // A gauge holds its source weakly; the registry has to keep it.
        Gauge.builder("chancery." + name, source, value).strongReference(true).register(meters);
    }

    private static double orUnknown(Supplier<Long> count) {
        try {
            return count.get();
        } catch (Unavailable away) {
            return Double.NaN;
        }
    }
}
