package org.chancery.bench.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostTest {

    @Test
    void the_warming_is_no_round_and_compilers_are_nobodys_cost() {
        List<Snapshot> snapshots = List.of(
                at(0, 0, 0, 0, 0),
                at(1, 100, 1_000, 100, 500),
                at(2, 0, 2_000, 900, 600),
                at(3, 80, 5_000, 1_100, 800),
                at(5, 0, 9_000, 4_900, 900));
        List<Cost.Round> rounds = Cost.rounds(snapshots, List.of(100));
        assertEquals(1, rounds.size());
        Cost cost = Cost.of("chancery", 10, 1, rounds);
        assertEquals(26, cost.acceptMicros());
        assertEquals(40, cost.pipelineMicros());
        assertEquals(50, cost.drainMicros());
        assertEquals(40, cost.drainRate());
    }

    private static Snapshot at(int second, long backlog, long cpu, long pipeline, long compilers) {
        return new Snapshot(
                second * 1_000_000_000L,
                backlog,
                cpu,
                Map.of("pipeline", pipeline, "C2 CompilerThre", compilers, "smtp-mx", 10L));
    }
}
