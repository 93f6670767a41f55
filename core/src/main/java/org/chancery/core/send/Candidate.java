package org.chancery.core.send;

import org.chancery.core.access.Principal;
import org.chancery.core.audit.Author;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.RawDigest;
import org.jspecify.annotations.Nullable;

/**
 * A composed mail that asks to leave.
 *
 * @param endpoint the endpoint it leaves from
 * @param message as it would be queued
 * @param answers the mail that it answers, or null
 * @param ledElsewhere whether the mail that it answers asks for answers at a domain that is not its sender's
 * @param opensThread whether the message's thread is new with it
 * @param hasAttachments whether files go with it
 * @param wantsDraft whether the sender asked for a person's look
 * @param decided true where a person decided on this very mail in the review queue
 * @param reviewed the bytes of the draft that the person saw, or null where they saw none
 * @param text the newly written text, kept with a draft
 * @param html the newly written HTML, or null
 */
public record Candidate(
        Principal principal,
        Endpoint endpoint,
        Outbound message,
        @Nullable Inbound answers,
        boolean ledElsewhere,
        boolean opensThread,
        boolean hasAttachments,
        boolean wantsDraft,
        boolean decided,
        @Nullable RawDigest reviewed,
        String text,
        @Nullable String html) {

    /**
     * A person's decision not to answer a mail.
     *
     * @param message the inbound mail
     * @param reason kept with the draft that it discards
     */
    public record Discard(Inbound message, Author by, String reason) {}
}
