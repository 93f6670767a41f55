package org.chancery.core.mailbox;

import java.time.Instant;
import java.util.List;
import org.chancery.core.access.Actor;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mail.TransportSecurity;
import org.jspecify.annotations.Nullable;

/** One mail in one mailbox. */
public sealed interface Message {
    MessageFacts facts();

    default MessageId id() {
        return facts().id();
    }

    /**
     * A mail that came in.
     *
     * @param recipient the envelope recipient that brought it to this endpoint
     * @param agent who has or had the turn, or null
     * @param modelView what a model made of it, or null
     * @param stateReason why it is in its state, for people and the record
     * @param authentication what is known of who sent it
     */
    record Inbound(
            MessageFacts facts,
            HandlingState state,
            String stateReason,
            SpoolId spool,
            EmailAddress recipient,
            ReversePath reversePath,
            Classification classification,
            AuthenticationResults authentication,
            @Nullable AgentId agent,
            @Nullable ModelView modelView)
            implements Message {

        /** One that no model has looked at. */
        public Inbound(
                MessageFacts facts,
                HandlingState state,
                String stateReason,
                SpoolId spool,
                EmailAddress recipient,
                ReversePath reversePath,
                Classification classification,
                AuthenticationResults authentication,
                @Nullable AgentId agent) {
            this(facts, state, stateReason, spool, recipient, reversePath, classification, authentication, agent, null);
        }
    }

    /**
     * A mail that leaves or is to leave.
     *
     * @param inReplyTo the inbound message that it answers, or null
     * @param author who asked for it
     * @param handler the agent in whose place a person sent it, or null
     * @param automatic whether a program's reply goes out without a person having seen it (RFC 3834)
     * @param recipients how far it came with each recipient; for a draft, who is to get it
     * @param draft the text that waits or waited for a person; null where it never was a draft
     * @param rejection why it does not leave; null unless it was a draft, held or scheduled and was ended as such
     * @param sendAt when it is or was to leave; null where it leaves at once
     */
    record Outbound(
            MessageFacts facts,
            OutboundStatus status,
            @Nullable MessageId inReplyTo,
            Actor author,
            @Nullable AgentId handler,
            boolean automatic,
            List<RecipientStatus> recipients,
            @Nullable DraftText draft,
            @Nullable Rejection rejection,
            @Nullable Instant sendAt)
            implements Message {
        public Outbound {
            recipients = List.copyOf(recipients);
        }

        /** One that leaves as soon as it may. */
        public Outbound(
                MessageFacts facts,
                OutboundStatus status,
                @Nullable MessageId inReplyTo,
                Actor author,
                @Nullable AgentId handler,
                boolean automatic,
                List<RecipientStatus> recipients,
                @Nullable DraftText draft,
                @Nullable Rejection rejection) {
            this(facts, status, inReplyTo, author, handler, automatic, recipients, draft, rejection, null);
        }

        /** Whether the server itself wrote it, a notice or a copy for people: programs' mail is automatic only where it answers one. */
        public boolean isLetter() {
            return automatic && inReplyTo == null && author instanceof Actor.Address;
        }

        /** The same with another status, as long as it is nothing but a mail that asks to leave. */
        public Outbound as(OutboundStatus other) {
            return new Outbound(
                    facts, other, inReplyTo, author, handler, automatic, recipients, draft, rejection, sendAt);
        }
    }

    /** What a draft says. */
    record DraftText(String text, @Nullable String html) {}

    /** A person's no. */
    record Rejection(String reason, String by, Instant at) {}

    /**
     * One recipient of an outbound message.
     *
     * @param smtpReply the last answer of a peer about this recipient, or our words where there was none; null before
     * @param security of the last attempt; {@code NONE} before
     */
    record RecipientStatus(
            EmailAddress address,
            Progress progress,
            @Nullable String smtpReply,
            @Nullable Instant at,
            TransportSecurity security) {
        /** One that nobody was asked about. */
        public RecipientStatus(
                EmailAddress address, Progress progress, @Nullable String smtpReply, @Nullable Instant at) {
            this(address, progress, smtpReply, at, TransportSecurity.NONE);
        }
    }

    /** How far an outbound message came with one recipient. */
    enum Progress {
        PENDING,
        DELIVERED,
        BOUNCED,
        FAILED
    }
}
