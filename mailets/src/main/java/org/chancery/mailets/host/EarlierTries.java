package org.chancery.mailets.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.chancery.core.fault.Later;
import org.chancery.core.id.SpoolId;
import org.chancery.mailets.Found;
import org.chancery.mailets.host.InboundProcessor.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What is known of earlier tries of mails that are not settled yet: why they failed, which a person reads in the trace in the
 * end, how often the database was away, and what is found out about a mail that waits. Lost with the process, and bounded: when
 * very many mails fail or wait at once, the oldest are forgotten.
 */
final class EarlierTries {
    private static final int MAX_FAILURES = 10;

    private final Map<SpoolId, Tries> tries = new LinkedHashMap<>();

    private static final class Tries {
        private final List<Failure> failures = new ArrayList<>();
        private int away;
        private @Nullable Found found;
        private @Nullable CompletionStage<?> awaited;
    }

    synchronized List<Failure> failures(SpoolId mail) {
        Tries known = tries.get(mail);
        return known == null ? List.of() : List.copyOf(known.failures);
    }

    /** Adds one; gives all. */
    synchronized List<Failure> failed(SpoolId mail, Failure failure) {
        Tries known = of(mail);
        known.found = null;
        List<Failure> failures = known.failures;
        if (failures.size() < MAX_FAILURES) {
            failures.add(failure);
        }
        return List.copyOf(failures);
    }

    /** What was found out before the mail had to wait; nothing where it did not, or that was forgotten. */
    synchronized Found found(SpoolId mail) {
        Tries known = tries.get(mail);
        return known == null || known.found == null ? new Found() : known.found;
    }

    /** The mail waits, and that is found out about it. */
    synchronized void waits(SpoolId mail, Found found) {
        of(mail).found = found;
    }

    /** Whether the mail waits for something that it did not wait for the last time. */
    synchronized boolean isNew(SpoolId mail, Later waits) {
        CompletionStage<?> answer = waits.answer().orElse(null);
        Tries known = of(mail);
        boolean isNew = known.awaited != answer;
        known.awaited = answer;
        return isNew;
    }

    /** Counts one more time that the database was away; gives how many there are. */
    synchronized int away(SpoolId mail) {
        return ++of(mail).away;
    }

    synchronized void forget(SpoolId mail) {
        tries.remove(mail);
    }

    private Tries of(SpoolId mail) {
        if (tries.size() >= Later.MAX_KNOWN && !tries.containsKey(mail)) {
            tries.remove(tries.keySet().iterator().next());
        }
        return tries.computeIfAbsent(mail, ignored -> new Tries());
    }
}
