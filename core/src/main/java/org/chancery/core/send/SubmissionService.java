package org.chancery.core.send;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chancery.core.access.Principal;
import org.chancery.core.audit.Channel;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.FullReading;
import org.chancery.core.mail.FullReading.Doubt;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.RawMailStore.Kept;
import org.chancery.core.mailbox.Visibility;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.OutboundPipeline.Passage;
import org.chancery.core.tx.Transactions;
import org.jspecify.annotations.Nullable;

/** Takes whole mails from programs by SMTP, and puts them through the same processor as those of the API. */
public final class SubmissionService implements SubmissionDoor {

    private final Transactions transactions;
    private final MessageRepository messages;
    private final EndpointRepository endpointRepository;
    private final Visibility visibility;
    private final RawMailStore raw;
    private final ReturnPaths returnPaths;
    private final OutboundPipeline pipeline;
    private final Clock clock;

    public SubmissionService(
            Transactions transactions,
            MessageRepository messages,
            EndpointRepository endpointRepository,
            Visibility visibility,
            RawMailStore raw,
            ReturnPaths returnPaths,
            OutboundPipeline pipeline,
            Clock clock) {
        this.transactions = transactions;
        this.messages = messages;
        this.endpointRepository = endpointRepository;
        this.visibility = visibility;
        this.raw = raw;
        this.returnPaths = returnPaths;
        this.pipeline = pipeline;
        this.clock = clock;
    }

    @Override
    public boolean maySendAs(Principal principal, EmailAddress address) {
        return endpointOf(principal, address).isPresent();
    }

    @Override
    public Submitted submit(Principal principal, Envelope envelope, Arrival arrival, byte[] submitted) {
        try {
            return pass(principal.through(Channel.SMTP), envelope, arrival, submitted);
        } catch (CallerFault fault) {
            return fault.kind() == CallerFault.Kind.TOO_MANY
                    ? new Submitted.Later(fault.text())
                    : new Submitted.Refused(statusOf(fault), fault.text());
        } catch (Unavailable away) {
            return new Submitted.Away();
        }
    }

    private Submitted pass(Principal principal, Envelope envelope, Arrival arrival, byte[] submitted) {
        MessageHeader header = header(submitted);
        Optional<Submitted.Refused> objection =
                SubmittedHeader.objectionTo(submitted, header, new AddressesOf(principal));
        if (objection.isPresent()) {
            return objection.get();
        }
        Endpoint endpoint = header.from()
                .getFirst()
                .emailAddress()
                .flatMap(address -> endpointOf(principal, address))
                .orElse(null);
        if (endpoint == null) {
            return new Submitted.Refused("5.7.1", "From is not an address any more that this token may use.");
        }
        if (envelope.recipients().size() > SendService.MAX_RECIPIENTS) {
            return new Submitted.Refused("5.5.3", "Too many recipients.");
        }
        Instant now = clock.instant();
        MessageId id = MessageId.at(now);
        String domain = EmailAddress.of(endpoint.address()).domain();
        InternetMessageId internetId =
                header.messageId() != null ? header.messageId() : new InternetMessageId(id.text() + '@' + domain);
        Inbound answers = answered(principal, endpoint, header);
        boolean isAutomatic = principal.isProgram() && answers != null;
        byte[] completed = SubmittedMail.trace(
                SubmittedMail.complete(
                        isAutomatic ? SubmittedMail.markAutomatic(submitted) : submitted, header, internetId, now),
                arrival,
                domain,
                id.text());
        Optional<ThreadId> known = answers == null ? threadOf(endpoint, header) : Optional.empty();
        ThreadId thread = answers != null ? answers.facts().thread() : known.orElseGet(() -> ThreadId.at(now));
        List<Mailbox> bcc = envelope.recipients().stream()
                .filter(recipient -> !isNamed(header, recipient))
                .map(Mailbox::of)
                .toList();
        FullReading reading = inFull(completed);
        if (reading.doubts().contains(Doubt.LONG_HEADER)) {
            return new Submitted.Refused("5.6.0", "The header section is too long.");
        }
        Outbound message = new Outbound(
                new MessageFacts(
                        id,
                        principal.workspace(),
                        endpoint.id(),
                        thread,
                        header.from().getFirst(),
                        header.to(),
                        header.cc(),
                        bcc,
                        header.subject(),
                        internetId,
                        keep(completed).digest(),
                        completed.length,
                        now),
                OutboundStatus.QUEUED,
                answers == null ? null : answers.id(),
                principal.actor(),
                null,
                isAutomatic,
                SendService.pending(envelope.recipients()),
                null,
                null);
        Candidate candidate = new Candidate(
                principal,
                endpoint,
                message,
                answers,
                answers != null && isAutomatic && AnswerAddress.leadsElsewhere(answers, raw),
                answers == null && known.isEmpty(),
                new Candidate.Content(
                        new DraftText(
                                reading.content().text(), reading.content().html()),
                        reading),
                Candidate.Look.NONE);
        Envelope leaving = new Envelope(ReversePath.of(returnPaths.address(id, domain)), envelope.recipients());
        return switch (pipeline.pass(new Passage(candidate, leaving, completed))) {
            case Outcome.Queued ignored -> new Submitted.Queued(id);
            case Outcome.Scheduled ignored -> new Submitted.Queued(id);
            case Outcome.Drafted drafted -> new Submitted.Draft(drafted.message());
            case Outcome.Held held -> new Submitted.Held(id, held.approval());
            case Outcome.Denied denied -> new Submitted.Refused("5.7.1", denied.reason());
        };
    }

    private final class AddressesOf implements SubmittedHeader.Addresses {
        private final Principal principal;

        AddressesOf(Principal principal) {
            this.principal = principal;
        }

        @Override
        public boolean mayUse(EmailAddress address) {
            return maySendAs(principal, address);
        }

        @Override
        public boolean isOurs(EmailAddress address) {
            return transactions
                    .in(tx -> endpointRepository.byAddress(tx, address.canonical()))
                    .isPresent();
        }
    }

    private Optional<Endpoint> endpointOf(Principal principal, EmailAddress address) {
        return transactions
                .in(tx -> endpointRepository.byAddress(tx, address.canonical()))
                .filter(endpoint -> EndpointService.mayUse(principal, endpoint));
    }

    /** The mail that it answers; one that the principal may not see is not answered, whatever the header says. */
    private @Nullable Inbound answered(Principal principal, Endpoint endpoint, MessageHeader header) {
        List<InternetMessageId> ids = ids(header);
        if (ids.isEmpty()) {
            return null;
        }
        return transactions.in(tx -> messages.inboundOf(tx, endpoint.id(), ids)
                .filter(message -> visibility.sees(tx, principal, message, endpoint))
                .orElse(null));
    }

    private Optional<ThreadId> threadOf(Endpoint endpoint, MessageHeader header) {
        List<InternetMessageId> ids = ids(header);
        return ids.isEmpty() ? Optional.empty() : transactions.in(tx -> messages.threadOf(tx, endpoint.id(), ids));
    }

    private static List<InternetMessageId> ids(MessageHeader header) {
        List<InternetMessageId> ids = new ArrayList<>(header.inReplyTo());
        ids.addAll(header.references().reversed());
        return ids;
    }

    private static boolean isNamed(MessageHeader header, EmailAddress recipient) {
        return header.to().stream()
                        .anyMatch(mailbox ->
                                mailbox.emailAddress().filter(recipient::equals).isPresent())
                || header.cc().stream()
                        .anyMatch(mailbox ->
                                mailbox.emailAddress().filter(recipient::equals).isPresent());
    }

    private Kept keep(byte[] bytes) {
        try {
            return raw.putDurably(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageHeader header(byte[] bytes) {
        try {
            return MessageReader.header(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FullReading inFull(byte[] bytes) {
        try {
            return MessageReader.inFull(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String statusOf(CallerFault fault) {
        return switch (fault.kind()) {
            case FORBIDDEN -> "5.7.1";
            case TOO_LARGE -> "5.3.4";
            case INVALID, BAD_REQUEST -> "5.6.0";
            case NOT_FOUND, CONFLICT, TOO_MANY -> "5.7.0";
        };
    }
}
