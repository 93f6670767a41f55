package org.chancery.mailets.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chancery.core.id.SpoolId;
import org.chancery.mailets.host.InboundProcessor.Failure;

/**
 * Why earlier tries of a mail failed, until it is settled; what a person reads in its trace in the end. Lost with the
 * process, and bounded: when very many mails fail at once, the oldest ones' are forgotten.
 */
final class EarlierFailures {
    private static final int MAX_MAILS = 1_000;
    private static final int MAX_TRIES = 10;

    private final Map<SpoolId, List<Failure>> failures = new LinkedHashMap<>();

    synchronized List<Failure> of(SpoolId mail) {
        return List.copyOf(failures.getOrDefault(mail, List.of()));
    }

    /** Adds one; gives all. */
    synchronized List<Failure> add(SpoolId mail, Failure failure) {
        if (failures.size() >= MAX_MAILS && !failures.containsKey(mail)) {
            failures.remove(failures.keySet().iterator().next());
        }
        List<Failure> tries = failures.computeIfAbsent(mail, ignored -> new ArrayList<>());
        if (tries.size() < MAX_TRIES) {
            tries.add(failure);
        }
        return List.copyOf(tries);
    }

    synchronized void forget(SpoolId mail) {
        failures.remove(mail);
    }
}
