package org.chancery.server;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A figure that is dear to find out, asked for again only when it has grown old. What throws is not remembered. */
final class Remembered<T> implements Supplier<T> {
    private final Supplier<T> source;
    private final Duration age;
    private final LongSupplier nanoTime;
    private @Nullable T value;
    private long since;

    Remembered(Supplier<T> source, Duration age, LongSupplier nanoTime) {
        this.source = source;
        this.age = age;
        this.nanoTime = nanoTime;
    }

    /** As long as scrapes of several readers may share it. */
    static <T> Remembered<T> for15Seconds(Supplier<T> source) {
        return new Remembered<>(source, Duration.ofSeconds(15), System::nanoTime);
    }

    @Override
    public synchronized T get() {
        T known = value;
        long now = nanoTime.getAsLong();
        if (known == null || now - since >= age.toNanos()) {
            known = source.get();
            value = known;
            since = now;
        }
        return known;
    }
}
