package org.chancery.bench.ingest;

import java.util.ArrayList;
import java.util.List;
import org.chancery.bench.harness.Figures;

/**
 * What our server's CPU went into, for each mail of one cell: medians over the rounds.
 *
 * @param acceptMicros all but the pipeline and the JVM's compilers, while the load ran
 * @param pipelineMicros the pipeline's workers, from the first mail to the last one stored
 * @param drainMicros the whole process, while nothing came in and the pipeline worked off what waited
 * @param drainRate mails per second through the pipeline meanwhile
 */
record Cost(
        String server,
        int kib,
        int sessions,
        double acceptMicros,
        double pipelineMicros,
        double drainMicros,
        double drainRate) {

    /** One round: the moment before the load, after it, and when the pipeline was done. */
    record Round(Snapshot before, Snapshot loaded, Snapshot done, int mails) {
        double acceptMicros() {
            return (double) (other(loaded) - other(before)) / mails;
        }

        double pipelineMicros() {
            return (double) (done.pipelineMicros() - before.pipelineMicros()) / mails;
        }

        double drainMicros() {
            return (double) (done.cpuMicros() - loaded.cpuMicros()) / Math.max(1, loaded.backlog());
        }

        double drainRate() {
            return loaded.backlog() * 1e9 / (done.nanos() - loaded.nanos());
        }

        private static long other(Snapshot at) {
            return at.cpuMicros() - at.pipelineMicros() - at.compilerMicros();
        }
    }

    static Cost of(String server, int kib, int sessions, List<Round> rounds) {
        return new Cost(
                server,
                kib,
                sessions,
                Figures.median(rounds.stream().map(Round::acceptMicros).toList()),
                Figures.median(rounds.stream().map(Round::pipelineMicros).toList()),
                Figures.median(rounds.stream().map(Round::drainMicros).toList()),
                Figures.median(rounds.stream().map(Round::drainRate).toList()));
    }

    /**
     * Cuts the snapshots of one peer into rounds: one at its start, then two for the warming and for each turn.
     *
     * @param mails how many were accepted in each turn
     */
    static List<Round> rounds(List<Snapshot> snapshots, List<Integer> mails) {
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < mails.size() && 2 * i + 4 < snapshots.size(); i++) {
            rounds.add(new Round(
                    snapshots.get(2 * i + 2), snapshots.get(2 * i + 3), snapshots.get(2 * i + 4), mails.get(i)));
        }
        return rounds;
    }
}
