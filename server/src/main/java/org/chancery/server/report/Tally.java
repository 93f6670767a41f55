package org.chancery.server.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What was counted over one file of expected results: figures by name in the order in which they first came. */
final class Tally {
    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private final Map<String, Map<String, Figure>> bySource = new LinkedHashMap<>();
    private final Map<String, String> missed = new LinkedHashMap<>();

    /** Counts one item to a figure. */
    void count(String figure, Item item, boolean passed) {
        count(figure, item, passed ? 1 : 0, 1);
    }

    /** Counts parts of an item to a figure. */
    void count(String figure, Item item, long passed, long of) {
        figures.merge(figure, Figure.NONE.plus(passed, of), (one, more) -> one.plus(more.passed(), more.of()));
        bySource.computeIfAbsent(figure, ignored -> new TreeMap<>())
                .merge(item.source(), Figure.NONE.plus(passed, of), (one, more) -> one.plus(more.passed(), more.of()));
        if (passed < of) {
            missed.merge(item.id(), figure, (one, more) -> one + ", " + more);
        }
    }

    /** Counts an item that is good when it does not count: a leak, a crash. */
    void countBad(String figure, Item item, boolean happened) {
        figures.merge(figure, Figure.NONE.plus(happened ? 1 : 0, 1), (one, more) -> one.plus(more.passed(), 1));
        if (happened) {
            missed.merge(item.id(), figure, (one, more) -> one + ", " + more);
        }
    }

    /** Makes a figure known before anything is counted to it, so that it stands in its place with 0. */
    void expect(String... names) {
        for (String name : names) {
            figures.putIfAbsent(name, Figure.NONE);
        }
    }

    Map<String, Figure> figures() {
        return figures;
    }

    /** The figure by the project that the items come from. */
    Map<String, Figure> bySource(String figure) {
        return bySource.getOrDefault(figure, Map.of());
    }

    /** The items that were not as expected, with the figures that they failed. */
    Map<String, String> missed() {
        return missed;
    }
}
