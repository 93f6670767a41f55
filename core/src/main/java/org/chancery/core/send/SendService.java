package org.chancery.core.send;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.access.Actor;
import org.chancery.core.access.IdempotencyService;
import org.chancery.core.access.Principal;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.FullReading;
import org.chancery.core.mail.HeaderText;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.RawMailStore.Kept;
import org.chancery.core.mailbox.Visibility;
import org.chancery.core.send.Candidate.Look;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.OutboundPipeline.Passage;
import org.chancery.core.suppression.Colleagues;
import org.chancery.core.suppression.UnsubscribeLinks;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * The one door out. Whatever asks for a mail to be sent comes through here: the mail is composed, its bytes are kept, and
 * the outbound processor decides in the caller's thread what becomes of it.
 */
public final class SendService {

    /** RFC 5321 §4.5.3.1.8: what every server has to take in one transaction. */
    public static final int MAX_RECIPIENTS = 100;

    /** A longer subject is somebody's mistake; 998 octets is the longest line of RFC 5322 §2.1.1. */
    public static final int MAX_SUBJECT = 998;

    /** What is planned for longer is mostly a mistake in the year; and by then its sender may be anybody. */
    public static final Duration MAX_AHEAD = Duration.ofDays(366);

    /** A key that is taken up at the end of its day lives for another one. */
    private static final Duration REPEATED_FOR = IdempotencyService.LIFETIME.multipliedBy(2);

    /** How far back in a thread a repeated request looks for what it did before. */
    private static final int MAX_REMEMBERED = 50;

    private static final Set<String> EXTRA_HEADERS = Set.of("importance", "auto-submitted");

    private final Transactions transactions;
    private final MessageRepository messages;
    private final EndpointRepository endpointRepository;
    private final ApprovalRepository approvals;
    private final RawMailStore raw;
    private final EndpointService endpoints;
    private final Visibility visibility;
    private final ReturnPaths returnPaths;
    private final UnsubscribeLinks unsubscribeLinks;
    private final Colleagues withoutLinks;
    private final OutboundPipeline pipeline;
    private final SendLimits limits;
    private final Clock clock;

    /**
     * How big a mail may be.
     *
     * @param maxSize octets of a composed mail; the same as SMTP takes ({@code smtp.max-message})
     */
    public record SendLimits(long maxSize) {}

    /** Where it reads, and keeps the bytes. */
    public record Stores(
            MessageRepository messages, EndpointRepository endpoints, ApprovalRepository approvals, RawMailStore raw) {}

    /**
     * What goes out with a mail, for what comes of it: by which way it comes back, and by which a recipient wants no more.
     *
     * @param withoutLinks who gets none, as whoever reads the mail could follow it
     */
    public record Ways(ReturnPaths back, UnsubscribeLinks out, Colleagues withoutLinks) {}

    public SendService(
            Transactions transactions,
            Stores stores,
            EndpointService endpoints,
            Visibility visibility,
            Ways ways,
            OutboundPipeline pipeline,
            SendLimits limits,
            Clock clock) {
        this.transactions = transactions;
        this.messages = stores.messages();
        this.endpointRepository = stores.endpoints();
        this.approvals = stores.approvals();
        this.raw = stores.raw();
        this.endpoints = endpoints;
        this.visibility = visibility;
        this.returnPaths = ways.back();
        this.unsubscribeLinks = ways.out();
        this.withoutLinks = ways.withoutLinks();
        this.pipeline = pipeline;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * What became of a mail.
     *
     * @param approval by which it is or was held, or null
     */
    public record Sent(
            MessageId message,
            ThreadId thread,
            OutboundStatus status,
            @Nullable ApprovalId approval) {}

    /**
     * Sends a mail, or does with it what the endpoint's policy says; durable on return.
     *
     * @param id reserved for the message; where one of that id exists already, or a draft that was given another version under it,
     *     its state is the answer
     */
    public Sent send(Principal by, SendRequest request, MessageId id) {
        Optional<Sent> already = transactions.in(tx -> messages.find(tx, by.workspace(), id)
                .or(() -> messages.redrafted(tx, id).flatMap(draft -> messages.find(tx, by.workspace(), draft)))
                .filter(Outbound.class::isInstance)
                .map(Outbound.class::cast)
                .map(outbound -> sent(tx, outbound)));
        if (already.isPresent()) {
            return already.get();
        }
        checkTime(request);
        Inbound answers = request.replyTo() == null ? null : answered(by, request.replyTo());
        Endpoint endpoint = sender(by, request, answers);
        Addressees addressees = answers == null
                ? new Addressees(request.to(), request.cc(), request.bcc())
                : replyAddressees(by, request.to(), request.cc(), request.bcc(), request.replyAll(), answers, endpoint);
        checkAddressees(addressees);
        if (request.text().isBlank()
                && (request.html() == null || request.html().isBlank())) {
            throw CallerFault.invalid("/text_body", "must say something, here or in html_body");
        }
        Draft draft = new Draft(
                by,
                endpoint,
                answers,
                addressees,
                addressees.all(),
                subject(request, answers),
                request.text(),
                request.html(),
                null,
                headers(by, request, id, addressees),
                request.attachments().stream()
                        .map(file -> new OutgoingMail.Attachment(file.filename(), file.contentType(), file.content()))
                        .toList());
        return pass(draft, new Ids(id, id), request.draft(), false, request.sendAt());
    }

    /** Forgets by which requests drafts were given new versions, once no such request is repeated; for a timer, every hour or so. */
    public int forgetRepeats() {
        Instant before = clock.instant().minus(REPEATED_FOR);
        return transactions.in(tx -> messages.forgetRedrafts(tx, before));
    }

    private void checkTime(SendRequest request) {
        Instant at = request.sendAt();
        if (at == null) {
            return;
        }
        Instant now = clock.instant();
        if (request.draft()) {
            throw CallerFault.invalid("/send_at", "cannot go with draft: a person decides when that leaves");
        }
        if (!at.isAfter(now)) {
            throw CallerFault.invalid("/send_at", "must be in the future; leave it out to send at once");
        }
        if (at.isAfter(now.plus(MAX_AHEAD))) {
            throw CallerFault.invalid("/send_at", "must be within " + MAX_AHEAD.toDays() + " days from now");
        }
    }

    private Sent sent(Tx tx, Outbound message) {
        return new Sent(
                message.id(),
                message.facts().thread(),
                message.status(),
                approvals
                        .ofMessage(tx, message.facts().workspace(), message.id())
                        .map(Approval::id)
                        .orElse(null));
    }

    /**
     * Sends what a person decided on in the review queue: the waiting draft as they left or edited it, or an answer of their
     * own. Whoever comes second is told who was first.
     *
     * @param waiting the draft as the person saw it, or null where the mail waits without one
     * @param text what is sent
     * @param reserved for the Message-ID, and for the message where there is no draft that has an id already
     */
    public Sent sendDecided(
            Principal by, Inbound answers, @Nullable Outbound waiting, DraftText text, MessageId reserved) {
        Endpoint endpoint = transactions
                .in(tx -> endpointRepository.find(
                        tx, by.workspace(), answers.facts().endpoint()))
                .orElseThrow(() -> CallerFault.notFound("endpoint"));
        Draft draft = waiting == null
                ? ownAnswer(by, endpoint, answers, text)
                : fromWaiting(by, endpoint, answers, waiting, text);
        MessageId id = waiting == null ? reserved : waiting.id();
        return pass(draft, new Ids(id, reserved), false, true, null);
    }

    /** What the same request did when it was made before, and its answer was lost. */
    public Optional<Sent> decidedBefore(Principal by, Inbound answers, MessageId reserved) {
        String start = reserved.text() + '@';
        return transactions
                .in(tx -> messages.thread(tx, by.workspace(), answers.facts().thread(), MAX_REMEMBERED))
                .stream()
                .filter(message -> message instanceof Outbound outbound
                        && answers.id().equals(outbound.inReplyTo())
                        && outbound.facts().internetId() != null
                        && outbound.facts().internetId().value().startsWith(start))
                .map(Outbound.class::cast)
                .map(sent -> new Sent(sent.id(), sent.facts().thread(), sent.status(), null))
                .findFirst();
    }

    /** The draft is not the one that the person saw. */
    public static CallerFault draftChanged() {
        return CallerFault.conflict("draft_changed", "The draft is not the one that was reviewed; look at it again.");
    }

    private Draft ownAnswer(Principal by, Endpoint endpoint, Inbound answers, DraftText text) {
        Addressees addressees = replyAddressees(by, List.of(), List.of(), List.of(), false, answers, endpoint);
        checkAddressees(addressees);
        return new Draft(
                by,
                endpoint,
                answers,
                addressees,
                addressees.all(),
                MessageComposer.replySubject(answers.facts().subject()),
                text.text(),
                text.html(),
                null,
                Map.of(),
                List.of());
    }

    private Draft fromWaiting(Principal by, Endpoint endpoint, Inbound answers, Outbound waiting, DraftText text) {
        MessageFacts facts = waiting.facts();
        MessageHeader header = headerOf(facts);
        List<EmailAddress> recipients =
                waiting.recipients().stream().map(RecipientStatus::address).toList();
        return new Draft(
                by,
                endpoint,
                answers,
                // As the draft names them: the message keeps the first of very many only.
                new Addressees(header.to(), header.cc(), facts.bcc()),
                recipients,
                facts.subject(),
                text.text(),
                text.html(),
                facts.raw(),
                unsubscribeLinks.renewed(keptHeaders(header), waiting.id(), recipients),
                AttachedFiles.of(raw, facts.raw(), limits.maxSize()));
    }

    /**
     * Everything that goes into a composed mail.
     *
     * @param addressees what its header says
     * @param recipients who gets it: its envelope
     * @param reviewed the bytes of the draft that it was made from, or null
     */
    private record Draft(
            Principal by,
            Endpoint endpoint,
            @Nullable Inbound answers,
            Addressees addressees,
            List<EmailAddress> recipients,
            String subject,
            String text,
            @Nullable String html,
            @Nullable RawDigest reviewed,
            Map<String, String> headers,
            List<OutgoingMail.Attachment> attachments) {}

    /** Whom a mail names. */
    record Addressees(List<Mailbox> to, List<Mailbox> cc, List<Mailbox> bcc) {
        List<EmailAddress> all() {
            Set<EmailAddress> all = new LinkedHashSet<>();
            for (List<Mailbox> list : List.of(to, cc, bcc)) {
                list.forEach(mailbox -> mailbox.emailAddress().ifPresent(all::add));
            }
            return List.copyOf(all);
        }
    }

    /**
     * The ids of a mail that is made.
     *
     * @param message of the message
     * @param internet what the Message-ID begins with; another one than the message's where a draft becomes a new mail
     */
    private record Ids(MessageId message, MessageId internet) {}

    private Sent pass(Draft draft, Ids ids, boolean wantsDraft, boolean decided, @Nullable Instant sendAt) {
        MessageId id = ids.message();
        Instant now = clock.instant();
        String domain = EmailAddress.of(draft.endpoint().address()).domain();
        InternetMessageId internetId = new InternetMessageId(ids.internet().text() + '@' + domain);
        Inbound answers = draft.answers();
        // RFC 3834 §5: a program's answer says so, whoever receives it.
        boolean automatic = draft.by().isProgram() && answers != null && !decided;
        byte[] composed = MessageComposer.compose(new OutgoingMail(
                Mailbox.of(EmailAddress.of(draft.endpoint().address())),
                List.of(),
                draft.addressees().to(),
                draft.addressees().cc(),
                draft.subject(),
                draft.text(),
                draft.html(),
                internetId,
                answers == null ? null : answers.facts().internetId(),
                answers == null ? List.of() : references(answers),
                // RFC 5322 §3.6.1: when its creator has it enter the delivery system.
                sendAt == null ? now : sendAt,
                automatic,
                draft.headers(),
                draft.attachments()));
        if (composed.length > limits.maxSize()) {
            throw CallerFault.tooLarge(
                    "The mail would have " + composed.length + " octets; the limit is " + limits.maxSize() + ".");
        }
        ThreadId thread = answers == null ? ThreadId.at(now) : answers.facts().thread();
        Outbound message = new Outbound(
                new MessageFacts(
                        id,
                        draft.by().workspace(),
                        draft.endpoint().id(),
                        thread,
                        Mailbox.of(EmailAddress.of(draft.endpoint().address())),
                        draft.addressees().to(),
                        draft.addressees().cc(),
                        draft.addressees().bcc(),
                        draft.subject(),
                        internetId,
                        keep(composed).digest(),
                        composed.length,
                        now),
                OutboundStatus.QUEUED,
                answers == null ? null : answers.id(),
                draft.by().actor(),
                // A person's decision in the queue is sent as the agent that has the turn, on the person's behalf.
                decided && answers != null ? answers.agent() : null,
                automatic,
                pending(draft.recipients()),
                null,
                null,
                sendAt);
        Candidate candidate = new Candidate(
                draft.by(),
                draft.endpoint(),
                message,
                answers,
                answers != null && draft.by().isProgram() && AnswerAddress.leadsElsewhere(answers, raw),
                answers == null,
                new Candidate.Content(new DraftText(draft.text(), draft.html()), inFull(composed)),
                decided ? new Look.Decided(draft.reviewed()) : new Look.None(wantsDraft));
        Envelope envelope = new Envelope(ReversePath.of(returnPaths.address(id, domain)), draft.recipients());
        return switch (pipeline.pass(new Passage(candidate, envelope, composed))) {
            case Outcome.Queued ignored -> new Sent(id, thread, OutboundStatus.QUEUED, null);
            case Outcome.Scheduled ignored -> new Sent(id, thread, OutboundStatus.SCHEDULED, null);
            case Outcome.Drafted drafted -> new Sent(drafted.message(), thread, OutboundStatus.DRAFT, null);
            case Outcome.Held held -> new Sent(id, thread, OutboundStatus.HELD, held.approval());
            case Outcome.Denied denied -> throw CallerFault.forbidden(denied.code(), denied.reason());
        };
    }

    static List<RecipientStatus> pending(List<EmailAddress> recipients) {
        return recipients.stream()
                .map(address -> new RecipientStatus(address, Progress.PENDING, null, null))
                .toList();
    }

    private static FullReading inFull(byte[] composed) {
        try {
            return MessageReader.inFull(new ByteArrayInputStream(composed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Kept keep(byte[] composed) {
        try {
            return raw.putDurably(new ByteArrayInputStream(composed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Inbound answered(Principal by, MessageId replyTo) {
        Message message = transactions
                .in(tx -> messages.find(tx, by.workspace(), replyTo))
                .orElseThrow(() -> CallerFault.invalid("/reply_to_message_id", "names no message of this inbox"));
        boolean visible = transactions.in(tx -> endpointRepository
                .find(tx, by.workspace(), message.facts().endpoint())
                .filter(endpoint -> visibility.sees(tx, by, message, endpoint))
                .isPresent());
        if (!visible) {
            throw CallerFault.invalid("/reply_to_message_id", "names no message of this inbox");
        }
        if (!(message instanceof Inbound inbound)) {
            throw CallerFault.invalid("/reply_to_message_id", "names a message that we sent, not one that came in");
        }
        return inbound;
    }

    /** Replies leave from the endpoint that was written to; other mail from the token's, else from the outbound mailbox. */
    private Endpoint sender(Principal by, SendRequest request, @Nullable Inbound answers) {
        if (answers != null) {
            if (request.from() != null && !request.from().equals(answers.facts().endpoint())) {
                throw CallerFault.invalid("/inbox_id", "is not the inbox of the answered message");
            }
            return find(by, answers.facts().endpoint());
        }
        if (request.from() != null) {
            return find(by, request.from());
        }
        if (by.endpoint() != null) {
            return find(by, by.endpoint());
        }
        if (by.actor() instanceof Actor.Program) {
            return transactions
                    .in(tx -> endpointRepository.system(tx, by.workspace()))
                    .orElseThrow(() -> CallerFault.notFound("endpoint"));
        }
        List<Endpoint> usable = endpoints.usableBy(by, null, 2);
        if (usable.size() == 1) {
            return usable.getFirst();
        }
        throw CallerFault.invalid("/inbox_id", "is needed: this token may use several inboxes");
    }

    private Endpoint find(Principal by, EndpointId id) {
        return transactions
                .in(tx -> endpointRepository.find(tx, by.workspace(), id))
                .orElseThrow(() -> CallerFault.notFound("endpoint"));
    }

    private MessageHeader headerOf(MessageFacts facts) {
        try (InputStream in = raw.open(facts.raw())) {
            return MessageReader.header(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** RFC 5322 §3.6.2: a reply goes to Reply-To where there is one, else to From; to all means To and Cc as well. */
    private Addressees replyAddressees(
            Principal by,
            List<Mailbox> to,
            List<Mailbox> cc,
            List<Mailbox> bcc,
            boolean all,
            Inbound answers,
            Endpoint endpoint) {
        MessageHeader header = headerOf(answers.facts());
        List<Mailbox> answered = to;
        if (answered.isEmpty()) {
            List<Mailbox> named =
                    header.replyTo().isEmpty() ? List.of(answers.facts().from()) : header.replyTo();
            answered = named.stream()
                    .filter(mailbox -> mailbox.emailAddress().isPresent())
                    // A stranger's Reply-To may name hundreds; a program would write to all of them unseen.
                    .limit(by.isProgram() ? 1 : named.size())
                    .toList();
            if (answered.isEmpty()) {
                throw CallerFault.invalid("/to", "is needed: the answered message names nobody to answer to");
            }
        }
        if (!all) {
            return new Addressees(answered, cc, bcc);
        }
        Set<EmailAddress> seen = new LinkedHashSet<>(new Addressees(answered, List.of(), List.of()).all());
        seen.add(EmailAddress.of(endpoint.address()));
        seen.add(answers.recipient());
        List<Mailbox> others = new ArrayList<>(cc);
        for (List<Mailbox> list : List.of(header.to(), header.cc())) {
            for (Mailbox mailbox : list) {
                if (mailbox.emailAddress().filter(seen::add).isPresent()) {
                    others.add(mailbox);
                }
            }
        }
        return new Addressees(answered, others, bcc);
    }

    private static void checkAddressees(Addressees addressees) {
        check("/to", addressees.to());
        check("/cc", addressees.cc());
        check("/bcc", addressees.bcc());
        int count = addressees.all().size();
        if (count == 0) {
            throw CallerFault.invalid("/to", "must name a recipient");
        }
        if (count > MAX_RECIPIENTS) {
            throw CallerFault.invalid("/to", "names " + count + " recipients; the limit is " + MAX_RECIPIENTS);
        }
    }

    private static void check(String pointer, List<Mailbox> list) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).emailAddress().isEmpty()) {
                throw CallerFault.invalid(pointer + '/' + i + "/email", "is no e-mail address");
            }
        }
    }

    private static String subject(SendRequest request, @Nullable Inbound answers) {
        String subject = request.subject();
        if (subject == null) {
            return answers == null
                    ? ""
                    : MessageComposer.replySubject(answers.facts().subject());
        }
        if (subject.length() > MAX_SUBJECT) {
            throw CallerFault.invalid("/subject", "is longer than " + MAX_SUBJECT + " characters");
        }
        return subject;
    }

    private Map<String, String> headers(Principal by, SendRequest request, MessageId id, Addressees addressees) {
        Map<String, String> headers = headers(request.headers());
        if (!request.listUnsubscribe()) {
            return headers;
        }
        UnsubscribeLinks.requireNone(headers);
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(unsubscribeLinks.fields(id, addressees.all()));
        EmailAddress recipient = addressees.all().getFirst();
        if (withoutLinks.include(by.workspace(), recipient)) {
            throw CallerFault.invalid("/list_unsubscribe", "is for recipients elsewhere; this one is of the workspace");
        }
        return all;
    }

    private static Map<String, String> headers(Map<String, String> wanted) {
        Set<String> seen = new HashSet<>();
        for (String name : wanted.keySet()) {
            String pointer = "/headers/" + name.replace("~", "~0").replace("/", "~1");
            if (!isAllowedHeader(name)) {
                throw CallerFault.invalid(
                        pointer, "is not allowed; allowed are X-…, List-…, Importance and Auto-Submitted");
            }
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw CallerFault.invalid(pointer, "is there twice");
            }
        }
        return wanted;
    }

    /** The further header fields of a mail that a person makes a new one of. */
    static Map<String, String> keptHeaders(MessageHeader header) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (MessageHeader.Field field : header.fields()) {
            // RFC 3834 §5: what a person sends is not automatic, whoever wrote it first.
            if (isAllowedHeader(field.name()) && !field.name().equalsIgnoreCase("Auto-Submitted")) {
                headers.put(field.name(), HeaderText.decode(field.body(), MAX_SUBJECT));
            }
        }
        return headers;
    }

    private static boolean isAllowedHeader(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        // X-Chancery-… is what we say ourselves.
        return (lower.startsWith("x-") && !lower.startsWith("x-chancery"))
                || lower.startsWith("list-")
                || EXTRA_HEADERS.contains(lower);
    }

    private List<InternetMessageId> references(Inbound answers) {
        MessageHeader header = headerOf(answers.facts());
        // RFC 5322 §3.6.4: the parent's references, else its In-Reply-To if it names one mail, and the parent itself.
        List<InternetMessageId> references = new ArrayList<>(
                header.references().isEmpty() && header.inReplyTo().size() == 1
                        ? header.inReplyTo()
                        : header.references());
        if (header.messageId() != null && !references.contains(header.messageId())) {
            references.add(header.messageId());
        }
        return references;
    }
}
