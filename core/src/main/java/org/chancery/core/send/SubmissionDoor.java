package org.chancery.core.send;

import org.chancery.core.access.Principal;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;

/** Takes whole mails from programs that submit them (RFC 6409), through the same door as every other mail that leaves. */
public interface SubmissionDoor {

    /** What became of a submitted mail. */
    sealed interface Submitted {
        /** On its way, durably. */
        record Queued(MessageId message) implements Submitted {}

        /** Waits for a person as a draft, durably. */
        record Draft(MessageId message) implements Submitted {}

        /** Held until people approve it, durably. */
        record Held(MessageId message, ApprovalId approval) implements Submitted {}

        /**
         * Refused for good (5yz).
         *
         * @param enhancedStatus such as {@code 5.7.1}
         */
        record Refused(String enhancedStatus, String text) implements Submitted {}

        /** Often enough for now (4yz); the program may try again when the day is over. */
        record Later(String text) implements Submitted {}

        /** Not now (4yz): the database is away. */
        record Away() implements Submitted {}
    }

    /** Whether the principal may send as that address; asked of the user name at AUTH, and of the reverse-path at MAIL FROM. */
    boolean maySendAs(Principal principal, EmailAddress address);

    /** On return of {@code Queued}, {@code Draft} or {@code Held} the mail survives a power cut. */
    Submitted submit(Principal principal, Envelope envelope, Arrival arrival, byte[] raw);
}
