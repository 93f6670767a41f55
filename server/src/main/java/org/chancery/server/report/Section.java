package org.chancery.server.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What one file of expected results gave.
 *
 * @param split part of the set, such as {@code dev}
 * @param items how many were measured
 */
record Section(String capability, String split, int items, Tally tally) {

    String title() {
        return capability + "." + split;
    }

    /** The figures as a table for {@code docs/corpus-report.md}. */
    String markdown() {
        StringBuilder out = new StringBuilder();
        out.append("## ").append(title()).append(" (").append(items).append(" items)\n\n");
        out.append("| figure | value | of |\n|---|---|---|\n");
        tally.figures()
                .forEach((name, figure) -> out.append("| ")
                        .append(name)
                        .append(" | ")
                        .append(figure.text())
                        .append(" | ")
                        .append(figure.passed())
                        .append('/')
                        .append(figure.of())
                        .append(" |\n"));
        String sources = sources();
        if (!sources.isEmpty()) {
            out.append('\n').append(sources).append('\n');
        }
        return out.append('\n').toString();
    }

    /** The first figure by the project that the items come from: a rule that suits one project only is seen here. */
    private String sources() {
        if (tally.figures().isEmpty()) {
            return "";
        }
        String first = tally.figures().keySet().iterator().next();
        Map<String, Figure> bySource = tally.bySource(first);
        if (bySource.size() < 2) {
            return "";
        }
        List<String> shares = new ArrayList<>();
        bySource.forEach((source, figure) -> shares.add(source + " " + figure.passed() + "/" + figure.of()));
        return first + " by source: " + String.join(", ", shares) + ".";
    }

    /** The same for a terminal, with the change against what was written down before. */
    String table(CommittedReport before) {
        StringBuilder out = new StringBuilder();
        out.append(title()).append(" (").append(items).append(" items)\n");
        tally.figures()
                .forEach((name, figure) -> out.append(String.format(
                        "  %-28s %6s  %9s  %s%n",
                        name,
                        figure.text(),
                        figure.passed() + "/" + figure.of(),
                        before.change(title(), name, figure))));
        return out.toString();
    }

    void addTo(ObjectNode json) {
        json.put("capability", capability).put("split", split).put("items", items);
        ObjectNode figures = json.putObject("figures");
        tally.figures().forEach((name, figure) -> {
            ObjectNode one = figures.putObject(name);
            if (figure.of() == 0) {
                one.putNull("value");
            } else {
                one.put("value", figure.value());
            }
            one.put("passed", figure.passed()).put("of", figure.of());
        });
        ObjectNode missed = json.putObject("missed");
        tally.missed().forEach(missed::put);
    }
}
