package org.chancery.core.triage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.access.Principal;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.FullReading;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.NewestText;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.MailFile;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.MissingMail;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.TraceRepository;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.core.mailbox.Visibility;
import org.chancery.core.send.Candidate;
import org.chancery.core.send.Dispatch;
import org.chancery.core.send.SendService;
import org.chancery.core.send.SendService.Sent;
import org.chancery.core.suppression.HiddenLinks;
import org.chancery.core.triage.MailSight.Row;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One mail as people see it, and how they decide on it. */
public final class TriageService {
    private static final Logger LOG = LoggerFactory.getLogger(TriageService.class);

    /** Mails of a thread that are shown with one of them; of more, the latest. */
    public static final int MAX_THREAD = 50;

    /** A bigger mail of a thread is not read for another one of it. */
    static final long MAX_READ_IN_THREAD = 1 << 20;

    private final Transactions transactions;
    private final MailSight sight;
    private final MessageRepository messages;
    private final TraceRepository traces;
    private final RawMailStore raw;
    private final SendService sending;
    private final Dispatch dispatch;
    private final SeenDrafts seen = new SeenDrafts();

    public TriageService(
            Transactions transactions,
            MailSight sight,
            MessageRepository messages,
            TraceRepository traces,
            RawMailStore raw,
            SendService sending,
            Dispatch dispatch) {
        this.transactions = transactions;
        this.sight = sight;
        this.messages = messages;
        this.traces = traces;
        this.raw = raw;
        this.sending = sending;
        this.dispatch = dispatch;
    }

    /** All of one message, with the thread around it. */
    public record Content(
            Row row,
            MessageContent content,
            String newestText,
            @Nullable Reviewed draft,
            List<ThreadEntry> thread) {}

    /** A draft that waits, with what it says. */
    public record Reviewed(Outbound message, MessageContent content) {

        /** Another one for each version of the draft. */
        public String version() {
            return message.facts().raw().hex();
        }
    }

    /**
     * One mail of the thread.
     *
     * @param newestText empty where the mail is too big to be read beside another one
     */
    public record ThreadEntry(Message message, String newestText) {}

    /** Reads a message; admins only. */
    public Content content(Principal by, MessageId id) {
        Row row = transactions.in(tx -> sight.one(tx, by, id));
        Outbound draft = transactions.in(tx -> messages.draftFor(tx, id)).orElse(null);
        Reviewed reviewed = draft == null ? null : new Reviewed(draft, read(draft));
        if (draft != null) {
            seen.note(draft.id(), by.actor(), draft.facts().raw());
        }
        MessageContent content = read(row.message());
        List<ThreadEntry> thread = new ArrayList<>();
        for (Message message : transactions.in(
                tx -> messages.thread(tx, by.workspace(), row.message().facts().thread(), MAX_THREAD))) {
            boolean same = message.id().equals(id);
            if (!same && Visibility.isGivenUp(message) && !Visibility.seesGivenUp(by)) {
                continue;
            }
            thread.add(new ThreadEntry(message, same ? NewestText.of(content) : newestText(message)));
        }
        return new Content(row, content, NewestText.of(content), reviewed, thread);
    }

    private String newestText(Message message) {
        if (message instanceof Outbound outbound && outbound.draft() != null && isWaiting(outbound)) {
            return NewestText.of(outbound.draft().text());
        }
        return message.facts().size() > MAX_READ_IN_THREAD ? "" : NewestText.of(read(message));
    }

    private static boolean isWaiting(Outbound outbound) {
        return outbound.status() == OutboundStatus.DRAFT;
    }

    /** What a message says; one whose bytes are lost says nothing, and keeps no list and no thread from being shown. */
    public MessageContent read(Message message) {
        return read(message, MessageReader::content).orElse(MessageContent.LOST);
    }

    private interface Reading<T> {
        T read(InputStream in) throws IOException;
    }

    private <T> Optional<T> read(Message message, Reading<T> reading) {
        try (InputStream in = raw.open(message.facts().raw())) {
            return Optional.of(reading.read(in));
        } catch (MissingMail damaged) {
            LOG.error("{} cannot be shown", message.id(), damaged);
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Finds a file of a message that the caller may see; what the mail says as text is none. */
    public MailFile attachment(Principal by, MessageId id, String attachment) {
        Message message = message(by, id).message();
        return MailFile.open(raw, message.facts().raw(), files(message), attachment)
                .orElseThrow(() -> CallerFault.notFound("attachment"));
    }

    /** Of our own mail, whatever a reviewer is shown as one. */
    private List<MessageContent.Attachment> files(Message message) {
        return switch (message) {
            case Inbound inbound -> read(inbound).attachments();
            case Outbound outbound ->
                read(outbound, MessageReader::inFull).map(FullReading::files).orElse(List.of());
        };
    }

    /** What each step of the pipeline did to a message. */
    public List<Step> trace(Principal by, MessageId id) {
        return transactions.in(tx -> {
            Message message = sight.one(tx, by, id).message();
            return switch (message) {
                // One spooled mail may have gone to several workspaces.
                case Inbound inbound ->
                    traces.find(tx, inbound.spool().value()).orElse(List.of()).stream()
                            .filter(step -> step.concerns(inbound.recipient()))
                            .toList();
                case Outbound outbound -> traces.find(tx, outbound.id().value()).orElse(List.of());
            };
        });
    }

    /**
     * What a person answers.
     *
     * @param text what is sent
     * @param draftVersion the version of the draft that they saw ({@link Reviewed#version}); null where they do not say, and were
     *     shown none or that one last
     */
    public record Reply(DraftText text, @Nullable String draftVersion) {}

    /**
     * Answers a mail that waits, with the draft as it is or as the person edited it. Durable on return.
     *
     * @param reserved for what is sent; where that was sent already, it is the answer
     */
    public Sent reply(Principal by, MessageId id, Reply reply, MessageId reserved) {
        Optional<Sent> before = sentBefore(by, id, reserved);
        if (before.isPresent()) {
            return before.get();
        }
        Inbound inbound = toDecide(by, id);
        Outbound draft = transactions.in(tx -> messages.draftFor(tx, id)).orElse(null);
        requireSeen(by, draft, reply.draftVersion());
        return sending.sendDecided(by, inbound, draft, reply.text(), reserved);
    }

    /** The text is the person's, but recipients and files are the draft's: of another version they were never looked at. */
    private void requireSeen(Principal by, @Nullable Outbound draft, @Nullable String wanted) {
        String version = draft == null ? null : draft.facts().raw().hex();
        boolean isAnother = wanted != null
                ? !wanted.equals(version)
                : draft != null
                        && seen.by(by.actor(), draft.id())
                                .filter(shown -> !shown.hex().equals(version))
                                .isPresent();
        if (isAnother) {
            throw SendService.draftChanged();
        }
    }

    private Optional<Sent> sentBefore(Principal by, MessageId id, MessageId reserved) {
        return transactions.in(tx -> sight.one(tx, by, id)).message() instanceof Inbound inbound
                        && inbound.state() == HandlingState.HANDLED
                ? sending.decidedBefore(by, inbound, reserved)
                : Optional.empty();
    }

    /** Settles a mail that waits without an answer, and discards the draft if there is one. Durable on return. */
    public void discard(Principal by, MessageId id, String reason) {
        dispatch.discard(new Candidate.Discard(toDecide(by, id), by.author(), reason));
    }

    private Inbound toDecide(Principal by, MessageId id) {
        Message message = transactions.in(tx -> sight.one(tx, by, id)).message();
        if (by.isProgram()) {
            // What waits in the review queue waits for a person: no program decides on its own draft.
            throw CallerFault.forbidden(
                    "person_required", "Only a person can decide here; this token acts for a program.");
        }
        if (!(message instanceof Inbound inbound)) {
            throw CallerFault.notFound("inbound message");
        }
        switch (inbound.state()) {
            case AWAITING_REVIEW, UNROUTED, ROUTED -> {}
            case HANDLED ->
                throw CallerFault.conflict(
                        "already_handled", "The message is handled already: " + inbound.stateReason() + ".");
            case ERROR ->
                throw CallerFault.conflict(
                        "in_error", "The pipeline gave the message up: " + inbound.stateReason() + ".");
        }
        return inbound;
    }

    /** One message that the caller may see. */
    public Row message(Principal by, MessageId id) {
        return transactions.in(tx -> sight.one(tx, by, id));
    }

    /** The raw bytes of a message as that reader is shown them, who may see it; the caller of this closes them. */
    public InputStream rawFor(Principal reader, Message message) {
        return message instanceof Outbound ? HiddenLinks.from(reader, rawOf(message)) : rawOf(message);
    }

    private InputStream rawOf(Message message) {
        return raw.open(message.facts().raw());
    }

    /** Which of some messages a person without admin may see. */
    public Set<MessageId> visibleTo(Tx tx, Principal person, Set<MessageId> ids) {
        return sight.among(tx, person, ids);
    }
}
