package org.chancery.bench.ingest;

import java.util.List;
import java.util.Optional;

/** All cells of a run, and what ours cost. */
record Outcome(List<Cell> cells, List<Cost> costs) {
    static final String OURS = "chancery";

    Optional<Cell> find(String server, int kib, int sessions) {
        return cells.stream()
                .filter(cell -> cell.server().equals(server) && cell.isAt(kib, sessions))
                .findFirst();
    }
}
