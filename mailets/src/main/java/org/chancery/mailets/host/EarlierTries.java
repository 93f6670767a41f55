package org.chancery.mailets.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.chancery.core.fault.Later;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.spool.SpooledMail;
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

    private final Map<Way, Tries> tries = new LinkedHashMap<>();

    /** A mail that is let out of quarantine in several workspaces goes its way in each: none is told of another's failures. */
    private record Way(SpoolId mail, List<EmailAddress> recipients) {
        static Way of(SpooledMail mail) {
            return new Way(mail.id(), mail.envelope().recipients());
        }
    }

    private static final class Tries {
        private final List<Failure> failures = new ArrayList<>();
        private int away;
        private @Nullable Found found;
        private @Nullable CompletionStage<?> awaited;
    }

    synchronized List<Failure> failures(SpooledMail mail) {
        Tries known = tries.get(Way.of(mail));
        return known == null ? List.of() : List.copyOf(known.failures);
    }

    /** Adds one; gives all. */
    synchronized List<Failure> failed(SpooledMail mail, Failure failure) {
        Tries known = of(mail);
        known.found = null;
        List<Failure> failures = known.failures;
        if (failures.size() < MAX_FAILURES) {
            failures.add(failure);
        }
        return List.copyOf(failures);
    }

    /** What was found out before the mail had to wait; nothing where it did not, or that was forgotten. */
    synchronized Found found(SpooledMail mail) {
        Tries known = tries.get(Way.of(mail));
        return known == null || known.found == null ? new Found() : known.found;
    }

    /** The mail waits, and that is found out about it. */
    synchronized void waits(SpooledMail mail, Found found) {
        of(mail).found = found;
    }

    /** Whether the mail waits for something that it did not wait for the last time. */
    synchronized boolean isNew(SpooledMail mail, Later waits) {
        CompletionStage<?> answer = waits.answer().orElse(null);
        Tries known = of(mail);
        boolean isNew = known.awaited != answer;
        known.awaited = answer;
        return isNew;
    }

    /** Counts one more time that the database was away; gives how many there are. */
    synchronized int away(SpooledMail mail) {
        return ++of(mail).away;
    }

    synchronized void forget(SpooledMail mail) {
        tries.remove(Way.of(mail));
    }

    private Tries of(SpooledMail mail) {
        Way way = Way.of(mail);
        if (tries.size() >= Later.MAX_KNOWN && !tries.containsKey(way)) {
            tries.remove(tries.keySet().iterator().next());
        }
        return tries.computeIfAbsent(way, ignored -> new Tries());
    }
}
