package org.chancery.core.quarantine;

import org.chancery.core.endpoint.Behaviour.Admission;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.SenderIdentity;
import org.chancery.core.screening.SpamScore;
import org.jspecify.annotations.Nullable;

/**
 * What is known when a mail is screened for one of its recipients.
 *
 * @param evidence about the mail
 * @param spam how much it looks like spam to this one; null before it is scored
 * @param recipient about whom it is for
 */
public record ScreeningFacts(Evidence evidence, @Nullable SpamScore spam, Addressed recipient) {

    /**
     * What the mail shows to this recipient.
     *
     * @param named the one address in {@code From}, proven or not; null where there is none or several
     * @param sender who it is from, as far as a sender policy may build on it
     * @param content what was found in it, held against what this recipient's workspace calls its own
     * @param classification what kind of mail it is
     * @param isLocal whether it came out of our own queue and never left this server
     */
    public record Evidence(
            @Nullable EmailAddress named,
            SenderIdentity sender,
            AuthenticationResults authentication,
            ContentFindings content,
            Classification classification,
            boolean isLocal) {}

    /** Whom the mail is for. */
    public sealed interface Addressed {

        /**
         * An endpoint.
         *
         * @param isBound whether the address that the mail names as its sender is bound to a person of the workspace
         */
        record AtEndpoint(Admission admission, boolean isBound) implements Addressed {}

        /** The workspace's outbound mailbox: whoever was written to may answer. */
        record AtOutboundMailbox(Admission admission) implements Addressed {}

        /**
         * {@code postmaster} and {@code abuse} (RFC 5321 §4.5.1, RFC 2142), or an address that was removed meanwhile. People
         * report spam and phishing there, and that their mail is refused; admins see the mail, and nobody else.
         */
        record ForAdmins() implements Addressed {}

        /**
         * The signed return path of a mail of ours, for what a program says about that mail. A bounce comes from servers that
         * nobody knows, often without a signature, and quotes whatever was sent; it is recorded, and nobody gets a turn. Other
         * mail to a return path, which everybody knows who got the mail, is looked at as mail to the endpoint that sent it.
         */
        record Returned() implements Addressed {}
    }
}
