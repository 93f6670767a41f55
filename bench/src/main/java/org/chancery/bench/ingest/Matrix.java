package org.chancery.bench.ingest;

import java.util.List;

/** What is measured: every size with every number of sessions, several times. */
record Matrix(List<Integer> sizesKib, List<Integer> sessions, int rounds, int seconds, int boxes) {}
