package org.chancery.mailets;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.quarantine.ScreeningFacts.Addressed;
import org.chancery.core.quarantine.Suspicion;

/**
 * Which reasons a mail was screened for so far, and what speaks against it, by recipient. The way into a mailbox is open only
 * where nothing is missing and nothing was found. Used by one thread.
 */
public final class ScreeningRecord {
    private final Map<EmailAddress, Set<Reason>> settled = new HashMap<>();
    private final Map<EmailAddress, Suspicion> suspicions = new HashMap<>();
    private final Map<EmailAddress, Addressed> addressed = new HashMap<>();
    private final boolean isReleased;

    /** @param isReleased whether a person has let the mail in, and so decided on all of it */
    ScreeningRecord(boolean isReleased) {
        this.isReleased = isReleased;
    }

    public boolean isReleased() {
        return isReleased;
    }

    /** Whom the mail is for at that recipient, looked up when it is first asked for. */
    public Addressed addressed(EmailAddress recipient, Supplier<Addressed> lookUp) {
        return addressed.computeIfAbsent(recipient, ignored -> lookUp.get());
    }

    /** The reasons that nobody has looked at yet for that recipient. */
    public Set<Reason> missing(EmailAddress recipient) {
        Set<Reason> missing = EnumSet.noneOf(Reason.class);
        if (!isReleased) {
            missing.addAll(EnumSet.allOf(Reason.class));
            missing.removeAll(settled.getOrDefault(recipient, Set.of()));
        }
        return missing;
    }

    /** These reasons are looked at, or need not be. */
    public void settle(EmailAddress recipient, Collection<Reason> reasons) {
        settled.computeIfAbsent(recipient, ignored -> EnumSet.noneOf(Reason.class))
                .addAll(reasons);
    }

    /** Something speaks against the mail; what was found first stays the reason. */
    public void suspect(EmailAddress recipient, Suspicion suspicion) {
        suspicions.putIfAbsent(recipient, suspicion);
    }

    public Optional<Suspicion> suspicion(EmailAddress recipient) {
        return Optional.ofNullable(suspicions.get(recipient));
    }
}
