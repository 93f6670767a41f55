package org.chancery.bench.ingest;

import java.util.List;
import org.chancery.bench.harness.GoalTable;
import org.chancery.bench.harness.Report;

/** What issue 2 asks of accepting and starting, against what was found. */
final class Goals {
    private static final String BARE = "ingest:logpre/platform";
    private static final String POSTFIX = "postfix:tuned";
    private static final String EXIM = "exim";
    private static final String HARAKA = "haraka:durable";
    private static final int LARGE = 1_000;
    private static final double MICROS_PER_KIB = 10;
    private static final double IDLE_MEBIBYTES = 200;
    private static final double START_MILLIS = 3_000;

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

    static void write(Outcome outcome, List<Footprint> footprints, Report report) {
        GoalTable table = new GoalTable();
        for (Goal goal : GOALS) {
            outcome.find(goal.peer, goal.kib, goal.sessions)
                    .ifPresent(peer -> outcome.find(Outcome.OURS, goal.kib, goal.sessions)
                            .ifPresent(ours -> table.atLeast(
                                    "rate at %d KB, %d sessions, against %s"
                                            .formatted(goal.kib, goal.sessions, goal.peer),
                                    goal.times,
                                    ours.perSecond() / peer.perSecond(),
                                    "×")));
        }
        for (Cost cost : outcome.costs()) {
            if (cost.kib() == LARGE) {
                table.atMost(
                        "CPU per KB at %d KB, %d sessions, %s".formatted(LARGE, cost.sessions(), cost.server()),
                        MICROS_PER_KIB,
                        cost.acceptMicros() / LARGE,
                        " µs");
            }
        }
        for (Footprint one : footprints) {
            table.atMost("idle memory (PSS), " + one.store(), IDLE_MEBIBYTES, one.idlePss(), " MB");
            table.atMost("start on " + one.store(), START_MILLIS, one.medianStart(), " ms");
        }
        table.into(report);
    }
}
