package org.chancery.bench.harness;

import java.util.function.DoubleFunction;

/** What is asked of the product, against what was found. */
public final class GoalTable {
    private final Table table = new Table("Goals", "what", "wanted", "found", "");
    private boolean empty = true;

    public void atLeast(String what, double wanted, double found, String unit) {
        row(what, "at least ", wanted, found, found >= wanted, number -> Figures.fine(number) + unit);
    }

    public void atMost(String what, double wanted, double found, String unit) {
        row(what, "at most ", wanted, found, found <= wanted, number -> Figures.fine(number) + unit);
    }

    private void row(
            String what, String bound, double wanted, double found, boolean reached, DoubleFunction<String> print) {
        table.row(what, bound + print.apply(wanted), print.apply(found), reached ? "reached" : "short");
        empty = false;
    }

    /** Puts it into the report, unless nothing that was measured has a goal. */
    public void into(Report report) {
        if (!empty) {
            report.table(table);
        }
    }
}
