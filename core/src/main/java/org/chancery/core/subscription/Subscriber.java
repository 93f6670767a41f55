package org.chancery.core.subscription;

import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;

/** Somebody who is told of events. */
public record Subscriber(Kind kind, UUID id) {

    /** In which way; each has its own {@link Subscription}. */
    public enum Kind {
        /** An agent, by a signed call to its URL. */
        WEBHOOK,
        /** The model, which speaks for an agent or proposes to people. */
        MODEL,
        /** The model, which says what a mail is about. */
        VIEW,
        /** A person, by mail. */
        NOTICE,
        /** A person, by mail, of another one whom mail does not reach. */
        UNREACHED;

        /** The spelling in the API and the database. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Kind of(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.text().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no kind of subscriber: " + text));
        }
    }
}
