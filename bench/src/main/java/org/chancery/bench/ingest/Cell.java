package org.chancery.bench.ingest;

import java.util.List;

/**
 * One server at one size and number of sessions; medians over the rounds.
 *
 * @param server its name and variant, as {@code drive.py} writes them
 * @param rates accepted mails per second, one for each round
 * @param cpuMicros CPU time of the server, for each mail, while the load ran
 * @param pss its memory in MiB at the end
 */
record Cell(
        String server,
        int kib,
        int sessions,
        double perSecond,
        List<Double> rates,
        double p50Micros,
        double p99Micros,
        double cpuMicros,
        double pss,
        int errors) {

    boolean isAt(int otherKib, int otherSessions) {
        return kib == otherKib && sessions == otherSessions;
    }
}
