package org.chancery.api.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A field of a change: left out, so that what there is stays, or given with what it is to be. {@code Given<String>} refuses
 * null; {@code Given<@Nullable String>} takes it, and it then means that the thing is to have none.
 *
 * @param isGiven whether the client named the field at all
 * @param value what the client gave; null where nothing was given, or null was
 */
public record Given<T>(boolean isGiven, @Nullable T value) {
    private static final Given<?> ABSENT = new Given<>(false, null);

    @SuppressWarnings("unchecked") // it holds nothing of any type
    public static <T> Given<T> absent() {
        return (Given<T>) ABSENT;
    }

    public static <T> Given<T> of(@Nullable T value) {
        return new Given<>(true, value);
    }

    /** What was given, or else what there is. For fields that refuse null. */
    public T or(T current) {
        return value == null ? current : value;
    }

    /** What was given, null included, or else what there is. */
    public @Nullable T orNullable(@Nullable T current) {
        return isGiven ? value : current;
    }

    /** What was given, where it is more than null. */
    public Optional<T> ifAny() {
        return Optional.ofNullable(value);
    }
}
