package org.chancery.mailets.quarantine;

import jakarta.mail.MessagingException;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.quarantine.Reason;

/** Reasons as an operator writes them: their names, with commas between. */
public final class Reasons {
    private Reasons() {}

    static Set<Reason> parse(String text) throws MessagingException {
        Set<Reason> reasons = EnumSet.noneOf(Reason.class);
        for (String word : text.split(",", -1)) {
            reasons.add(one(word));
        }
        return reasons;
    }

    static Reason one(String word) throws MessagingException {
        return Reason.parse(word.strip())
                .orElseThrow(() -> new MessagingException("'" + word.strip()
                        + "' is no reason for the quarantine; there are " + text(Arrays.asList(Reason.values()))));
    }

    public static String text(Collection<Reason> reasons) {
        return reasons.stream().map(Reason::text).collect(Collectors.joining(", "));
    }
}
