package org.chancery.core.mailbox;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps messages and threads. Changes of state are compare-and-set: they say whether they found the expected state. */
public interface MessageRepository {

    /** Makes a thread. */
    void addThread(Tx tx, ThreadId id, WorkspaceId workspace, EndpointId endpoint, String subject, Instant at);

    /** The thread of the endpoint's newest message that bears one of these ids; of several ids, the first that is known. */
    Optional<ThreadId> threadOf(Tx tx, EndpointId endpoint, List<InternetMessageId> ids);

    /** The endpoint's newest inbound message that bears one of these ids; of several ids, the first that is known. */
    Optional<Inbound> inboundOf(Tx tx, EndpointId endpoint, List<InternetMessageId> ids);

    /** The endpoint's newest outbound message that bears that id. */
    Optional<Outbound> outboundOf(Tx tx, EndpointId endpoint, InternetMessageId id);

    /**
     * Adds an inbound message.
     *
     * @return false, with nothing changed, where a message of that spool id came by the same {@link Entrance} already
     */
    boolean add(Tx tx, Inbound message);

    void add(Tx tx, Outbound message);

    /** The message that a spooled mail became by that entrance. */
    Optional<MessageId> delivered(Tx tx, SpoolId spool, Entrance entrance);

    Optional<Message> find(Tx tx, WorkspaceId workspace, MessageId id);

    /** The same, locked until the transaction ends, so that decisions about it queue up behind one another. */
    Optional<Message> lock(Tx tx, WorkspaceId workspace, MessageId id);

    /**
     * Those of the messages which concern a person: whose originator is among these canonical addresses, or which the person
     * asked for.
     */
    Set<MessageId> concerning(
            Tx tx, WorkspaceId workspace, Set<MessageId> ids, List<String> originators, UserId author);

    /** The workspace of a message, whoever asks: for return paths, which name nothing else. */
    Optional<WorkspaceId> workspaceOf(Tx tx, MessageId id);

    /** Moves an inbound message on; false where it is not in the expected state. */
    boolean move(Tx tx, MessageId id, HandlingState expected, HandlingState next, String reason, Instant at);

    /** Gives an inbound message to an agent and settles it; false where it is not in the expected state. */
    boolean assign(Tx tx, MessageId id, HandlingState expected, AgentId agent, String reason, Instant at);

    /** To whom a person gave the inbound message, as long as its state has not changed since. */
    Optional<AgentId> assignee(Tx tx, MessageId id);

    /** Keeps what a model made of an inbound message. */
    void setModelView(Tx tx, MessageId id, ModelView view);

    /** Moves an outbound message on; false where it is not in the expected status. */
    boolean move(Tx tx, MessageId id, OutboundStatus expected, OutboundStatus next, Instant at);

    /**
     * Mail on which an agent has the turn, so much of it: what was routed to it and nobody has dealt with, the oldest first, then what a
     * person gave it and nothing came of yet.
     */
    List<MessageId> turnsOf(Tx tx, AgentId agent, int limit);

    /**
     * Turns a draft into what leaves: its bytes, subject, recipients and author as they are now; status {@code QUEUED}.
     * The draft's text stays beside it as evidence.
     */
    void release(Tx tx, Outbound composed);

    /** Why a person discarded a draft; status {@code REJECTED}. */
    void reject(Tx tx, MessageId id, Rejection rejection);

    /**
     * Replaces what a draft says, under the id that it has: subject, recipients, raw bytes and text of the given version. By the
     * version's own id {@link #redrafted} finds the draft.
     */
    void redraft(Tx tx, MessageId id, Outbound version);

    /** The draft to which a request gave another version, by the id that was reserved for the request. */
    Optional<MessageId> redrafted(Tx tx, MessageId request);

    /** Forgets by which requests drafts were given versions before then; returns how many. */
    int forgetRedrafts(Tx tx, Instant before);

    /** The draft that answers an inbound message and waits for a person. */
    Optional<Outbound> draftFor(Tx tx, MessageId inbound);

    /** Replaces what a held message says: subject and raw bytes of the given version. Its envelope stays. */
    void revise(Tx tx, MessageId id, Outbound version);

    /** Ends a message that is held or scheduled, and does not leave; false where it is not in the expected status. */
    boolean end(Tx tx, MessageId id, OutboundStatus expected, OutboundStatus next, Rejection why);

    /** The answers to an inbound message that are held or scheduled, as they are; few. */
    List<Outbound> waitingFor(Tx tx, MessageId inbound);

    /** Whether one of the endpoint's mails left for that canonical address; of very many to it, the latest are looked at. */
    boolean wroteTo(Tx tx, EndpointId endpoint, String address);

    /** How often the inbound message was answered without a person. */
    int automaticRepliesTo(Tx tx, MessageId inbound);

    /** Writes how far the message came with these recipients. */
    void progress(
            Tx tx, MessageId id, Collection<EmailAddress> recipients, Progress progress, String smtpReply, Instant at);

    /** Writes how the message was protected on its last way to these recipients. */
    void setSecurity(Tx tx, MessageId id, Collection<EmailAddress> recipients, TransportSecurity security);

    /** One page of messages, newest first. */
    List<Message> page(Tx tx, MessageQuery query, int limit);

    /**
     * One page by offset, newest first, for the contract that pages so; the place {@code before} is not looked at.
     *
     * @param offset bounded by the caller: the database walks past that many rows
     */
    List<Message> pageFrom(Tx tx, MessageQuery query, int offset, int limit);

    /**
     * How many messages there are, by counters: it takes the same time however many they are. What this transaction itself
     * changed is not in it yet.
     */
    long total(Tx tx, Totalled which);

    /** Messages of a thread, oldest first; of very many, the latest. */
    List<Message> thread(Tx tx, WorkspaceId workspace, ThreadId thread, int limit);

    /**
     * What {@link #page} looks for; each null means: any. Without a state, messages in {@code ERROR} are left out: only who
     * asks for them sees them.
     *
     * @param endpoints only these; empty means none, null means all of the workspace
     * @param senders only mail whose originator is among these canonical addresses
     * @param before only messages older than this place
     */
    record MessageQuery(
            WorkspaceId workspace,
            @Nullable List<EndpointId> endpoints,
            @Nullable List<String> senders,
            @Nullable Boolean inbound,
            @Nullable HandlingState state,
            @Nullable OutboundStatus status,
            @Nullable ThreadId thread,
            @Nullable Instant since,
            @Nullable Place before) {}

    /**
     * What {@link #total} sums up; each null means: any. Without a state, all messages in and out but those in {@code ERROR}.
     *
     * @param endpoints only these; empty means none
     * @param senders only mail whose originator is among these canonical addresses
     * @param state only inbound messages in that state
     */
    record Totalled(
            WorkspaceId workspace,
            @Nullable List<EndpointId> endpoints,
            @Nullable List<String> senders,
            @Nullable HandlingState state) {}

    /** What a list is narrowed to; each null means: any. */
    record Filter(
            @Nullable EndpointId endpoint,
            @Nullable Boolean inbound,
            @Nullable HandlingState state,
            @Nullable OutboundStatus status,
            @Nullable ThreadId thread,
            @Nullable Instant since) {

        /** Inbound messages in that state. */
        public static Filter inState(HandlingState state) {
            return new Filter(null, true, state, null, null, null);
        }
    }

    /** A place in the order newest first. */
    record Place(Instant occurredAt, MessageId id) {}
}
