package org.chancery.mailets.host;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.reactivestreams.Publisher;

/** The metrics that James's container wants to write: none, for each mail's trace has the times. */
@SuppressWarnings("deprecation") // the interfaces have deprecated methods
final class NoMetrics implements MetricFactory {
    private static final TimeMetric UNTIMED = new Untimed();

    @Override
    public Metric generate(String name) {
        return new Uncounted();
    }

    @Override
    public TimeMetric timer(String name) {
        return UNTIMED;
    }

    @Override
    public <T> T decorateSupplierWithTimerMetric(String name, Supplier<T> operation) {
        return operation.get();
    }

    @Override
    public <T> Publisher<T> decoratePublisherWithTimerMetric(String name, Publisher<T> publisher) {
        return publisher;
    }

    @Override
    public <T> Publisher<T> decoratePublisherWithTimerMetricLogP99(String name, Publisher<T> publisher) {
        return publisher;
    }

    private static final class Untimed implements TimeMetric, TimeMetric.ExecutionResult {
        @Override
        public String name() {
            return "";
        }

        @Override
        public ExecutionResult stopAndPublish() {
            return this;
        }

        @Override
        public void record(Duration duration) {}

        @Override
        public Duration elasped() {
            return Duration.ZERO;
        }

        @Override
        public ExecutionResult logWhenExceedP99(Duration threshold) {
            return this;
        }
    }

    private static final class Uncounted implements Metric {
        @Override
        public void increment() {}

        @Override
        public void decrement() {}

        @Override
        public void add(int count) {}

        @Override
        public void remove(int count) {}

        @Override
        public long getCount() {
            return 0;
        }
    }
}
