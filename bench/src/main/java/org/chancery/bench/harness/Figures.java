package org.chancery.bench.harness;

import java.util.Collection;
import java.util.Locale;

/** Medians, and numbers as people read them. */
public final class Figures {
    private Figures() {}

    public static double median(Collection<? extends Number> values) {
        double[] sorted =
                values.stream().mapToDouble(Number::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static String whole(double value) {
        return print("%.0f", value);
    }

    public static String fine(double value) {
        return print("%.2f", value);
    }

    /** The span of several rounds. */
    public static String span(Collection<? extends Number> values) {
        double least = values.stream().mapToDouble(Number::doubleValue).min().orElse(Double.NaN);
        double most = values.stream().mapToDouble(Number::doubleValue).max().orElse(Double.NaN);
        return whole(least) + "–" + whole(most);
    }

    private static String print(String format, double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
    }
}
