package org.chancery.core.send;

import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Channel;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.mail.FullReading;
import org.chancery.core.mailbox.Message.DraftText;
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
 */
public record Candidate(
        Principal principal,
        Endpoint endpoint,
        Outbound message,
        @Nullable Inbound answers,
        boolean ledElsewhere,
        boolean opensThread,
        Content content,
        Look look) {

    /**
     * What it says.
     *
     * @param text the newly written text, kept with a draft
     * @param hasFiles whether files go with it, or may do
     * @param obscurity why nobody can be shown all that its recipients may see; empty where they can
     */
    public record Content(DraftText text, boolean hasFiles, String obscurity) {
        Content(DraftText text, FullReading reading) {
            this(text, reading.mayCarryFiles(), reading.whyNotWhole());
        }

        /** Of a mail that no rule of a token is asked about. */
        static Content unread(boolean hasFiles) {
            return new Content(new DraftText("", null), hasFiles, "");
        }
    }

    /** Whether a person looked at it. */
    public sealed interface Look {
        /** Nobody did, and nobody asked for it. */
        Look NONE = new None(false);

        /** @param isWanted whether its sender asked for a person's look */
        record None(boolean isWanted) implements Look {}

        /**
         * A person decided on this very mail in the review queue.
         *
         * @param draft the bytes of the draft that they saw, or null where they saw none
         */
        record Decided(@Nullable RawDigest draft) implements Look {}
    }

    /** The same at its endpoint as that is by now. */
    Candidate at(Endpoint current) {
        return new Candidate(principal, current, message, answers, ledElsewhere, opensThread, content, look);
    }

    /** Whether the server wrote it in an agent's place: the model did. */
    boolean isOfModel() {
        return principal.channel() == Channel.SERVER && principal.isProgram();
    }

    /** Whether the server itself writes it: a notice or a copy for people, which nobody asked for. */
    boolean isLetter() {
        return principal.channel() == Channel.SERVER && principal.actor() instanceof Actor.Address;
    }

    boolean wantsDraft() {
        return look instanceof Look.None none && none.isWanted();
    }

    boolean decided() {
        return look instanceof Look.Decided;
    }

    /** The bytes of the draft that a person saw and decided on; null where there is none. */
    @Nullable
    RawDigest reviewed() {
        return look instanceof Look.Decided decided ? decided.draft() : null;
    }

    /** Whether the server itself writes it, from the workspace's outbound mailbox: to people, about what waits for them. */
    boolean isNotice() {
        return principal.channel() == Channel.SERVER && endpoint.isSystem();
    }

    /**
     * A person's decision not to answer a mail.
     *
     * @param message the inbound mail
     * @param reason kept with the draft that it discards
     */
    public record Discard(Inbound message, Author by, String reason) {}
}
