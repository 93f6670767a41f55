package org.chancery.core.quarantine;

import java.time.Instant;
import java.util.UUID;
import org.chancery.core.access.Actor;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.UserId;
import org.jspecify.annotations.Nullable;

/** One mail that is or was held for one endpoint. What a state allows are its methods; a decision is final. */
public sealed interface Quarantined {
    HeldMail mail();

    /** The spelling in the API and the database. */
    String state();

    /** Nobody has decided. */
    record Pending(HeldMail mail) implements Quarantined {
        public static final String STATE = "pending";

        @Override
        public String state() {
            return STATE;
        }

        public Accepted accept(Decision decision, Release release) {
            return new Accepted(mail, decision, release);
        }

        public Rejected reject(Decision decision) {
            return new Rejected(mail, decision);
        }
    }

    /** A person let it in. */
    record Accepted(HeldMail mail, Decision decision, Release release) implements Quarantined {
        public static final String STATE = "accepted";

        @Override
        public String state() {
            return STATE;
        }
    }

    /** A person kept it out; it stays on record. */
    record Rejected(HeldMail mail, Decision decision) implements Quarantined {
        public static final String STATE = "rejected";

        @Override
        public String state() {
            return STATE;
        }
    }

    /**
     * Who decided, and what they said.
     *
     * @param key of the request that decided: repeated, it is told the same again
     * @param note for the record; empty where they said nothing
     * @param bound to whom the sender's address was bound with it, or null
     */
    record Decision(
            UUID key,
            Actor by,
            Instant at,
            String note,
            @Nullable UserId bound) {}

    /** What becomes of an accepted mail itself. */
    sealed interface Release {

        /** It stays where it is: its endpoint would not take it. The decision counts for later mail. */
        record RecordOnly() implements Release {}

        /** It is to be delivered. */
        record Due() implements Release {}

        /**
         * It went through the pipeline.
         *
         * @param message what it became; null where that was removed
         */
        record Done(@Nullable MessageId message, Instant at) implements Release {}
    }
}
