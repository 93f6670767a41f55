package org.chancery.delivery.dkim;

import java.time.Instant;
import java.util.List;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.ReversePath;

/** Signs mail of our domains. */
public interface Signer {

    /** What came of it. */
    sealed interface Outcome {
        /**
         * The header fields to put on top.
         *
         * @param fields each with the line end behind it
         * @param signedWith the domain and the selectors, for the record
         */
        record Signed(List<String> fields, String signedWith) implements Outcome {
            public Signed {
                fields = List.copyOf(fields);
            }
        }

        /** Its originator is of no domain of the sender's: nobody's to sign. */
        record NotOurs() implements Outcome {}

        /**
         * It has to be signed and cannot be: it must not leave.
         *
         * @param forNow whether it may be possible later
         */
        record Unable(boolean forNow, String why) implements Outcome {}
    }

    /**
     * Signs a mail; the same mail at the same time gives the same signatures, while the keys are the same.
     *
     * @param workspace whose mail it is
     * @param path with which it leaves; the signature names it where it is of the domain that signs
     * @param at when it is to have been signed
     */
    Outcome sign(SignedContent mail, WorkspaceId workspace, ReversePath path, Instant at);
}
