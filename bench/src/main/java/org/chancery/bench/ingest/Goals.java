package org.chancery.bench.ingest;

import java.util.List;
import org.chancery.bench.harness.Figures;
import org.chancery.bench.harness.Table;

/** What issue 2 asks of the accept rate, against what was found. */
final class Goals {
    private static final String BARE = "ingest:logpre/platform";
    private static final String POSTFIX = "postfix:tuned";
    private static final String EXIM = "exim";
    private static final String HARAKA = "haraka:durable";
    private static final double MICROS_PER_KIB = 10;
    private static final int LARGE = 1_000;

    /** At least that many times the peer's rate. */
    private record Goal(int kib, int sessions, String peer, double times) {}

    private static final List<Goal> GOALS = List.of(
            new Goal(10, 10, BARE, 0.7),
            new Goal(10, 50, BARE, 0.7),
            new Goal(10, 10, POSTFIX, 2),
            new Goal(10, 10, HARAKA, 2),
            new Goal(10, 10, EXIM, 1.2),
            new Goal(10, 50, POSTFIX, 1.5),
            new Goal(LARGE, 10, POSTFIX, 0.8),
            new Goal(10, 1, BARE, 1),
            new Goal(10, 1, POSTFIX, 1),
            new Goal(10, 1, EXIM, 1),
            new Goal(10, 1, HARAKA, 1));

    private Goals() {}

    static Table table(Outcome outcome) {
        Table table = new Table("Goals", "KB", "sessions", "against", "at least", "found", "");
        for (Goal goal : GOALS) {
            outcome.find(goal.peer, goal.kib, goal.sessions)
                    .ifPresent(peer -> outcome.find(Outcome.OURS, goal.kib, goal.sessions)
                            .ifPresent(ours -> row(table, goal, ours.perSecond() / peer.perSecond())));
        }
        outcome.cells().stream()
                .filter(cell -> cell.server().equals(Outcome.OURS) && cell.kib() == LARGE)
                .forEach(cell -> {
                    double micros = cell.cpuMicros() / cell.kib();
                    table.row(
                            Integer.toString(LARGE),
                            Integer.toString(cell.sessions()),
                            "CPU per KB",
                            "at most 10 µs",
                            Figures.fine(micros) + " µs",
                            verdict(micros <= MICROS_PER_KIB));
                });
        return table;
    }

    private static void row(Table table, Goal goal, double found) {
        table.row(
                Integer.toString(goal.kib),
                Integer.toString(goal.sessions),
                goal.peer,
                Figures.fine(goal.times) + "×",
                Figures.fine(found) + "×",
                verdict(found >= goal.times));
    }

    private static String verdict(boolean reached) {
        return reached ? "reached" : "short";
    }
}
