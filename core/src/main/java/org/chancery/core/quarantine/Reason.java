package org.chancery.core.quarantine;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a mail is confined, in the order in which they are looked at: of several reasons the first is the one that is named. */
public enum Reason {
    /** It carries what nobody should open. Whoever sends it, that comes first. */
    DANGEROUS_ATTACHMENT,
    /** Its sender's domain says that mail like this is not its own (RFC 7489 §6.3). No later reason means anything then. */
    AUTH_FAILED,
    /** It pretends to come from somebody whom it does not come from. */
    PHISHING,
    /** The endpoint does not take mail from its sender. */
    UNKNOWN_SENDER,
    /** Its score is that of spam by the endpoint's measure. */
    SPAM_THRESHOLD;

    /** The spelling in the API, the database and {@code mailetcontainer.xml}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Reason> parse(String text) {
        return Arrays.stream(values())
                .filter(reason -> reason.text().equals(text))
                .findFirst();
    }
}
