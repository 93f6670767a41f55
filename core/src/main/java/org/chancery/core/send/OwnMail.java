package org.chancery.core.send;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.OutboundPipeline.Passage;

/**
 * Sends what the server itself writes, from one of its endpoints. It leaves by the one door like every other mail, and no rule
 * of a token holds it, for there is no token. Its id is made from what it is about, so that a step that is done again finds it.
 */
public final class OwnMail {
    private final OutboundPipeline pipeline;
    private final ReturnPaths returnPaths;
    private final RawMailStore raw;
    private final Clock clock;

    public OwnMail(OutboundPipeline pipeline, ReturnPaths returnPaths, RawMailStore raw, Clock clock) {
        this.pipeline = pipeline;
        this.returnPaths = returnPaths;
        this.raw = raw;
        this.clock = clock;
    }

    /**
     * A mail of the server's.
     *
     * @param id of {@link #idFor}
     * @param to as its header says
     * @param recipients who gets it; whom the header does not name stays hidden
     * @param bytes as composed, under {@link #messageId}
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over and kept, never compared
    public record Letter(
            Endpoint from,
            MessageId id,
            List<Mailbox> to,
            List<EmailAddress> recipients,
            String subject,
            boolean hasAttachments,
            byte[] bytes) {}

    /** Sends; durable on return. */
    public Outcome send(Letter letter) {
        Endpoint endpoint = letter.from();
        EmailAddress address = EmailAddress.of(endpoint.address());
        Instant now = clock.instant();
        List<Mailbox> hidden = letter.recipients().stream()
                .map(Mailbox::of)
                .filter(recipient -> letter.to().stream()
                        .noneMatch(named -> named.emailAddress().equals(recipient.emailAddress())))
                .toList();
        Outbound message = new Outbound(
                new MessageFacts(
                        letter.id(),
                        endpoint.workspace(),
                        endpoint.id(),
                        ThreadId.at(now),
                        Mailbox.of(address),
                        letter.to(),
                        List.of(),
                        hidden,
                        letter.subject(),
                        messageId(letter.id(), address),
                        keep(letter.bytes()),
                        letter.bytes().length,
                        now),
                OutboundStatus.QUEUED,
                null,
                new Actor.Address(endpoint.id(), endpoint.address()),
                null,
                true,
                SendService.pending(letter.recipients()),
                null,
                null);
        Candidate candidate = new Candidate(
                Principal.ofOurOwn(endpoint.workspace(), message.author(), endpoint.id()),
                endpoint,
                message,
                null,
                false,
                true,
                Candidate.Content.unread(letter.hasAttachments()),
                Candidate.Look.NONE);
        Envelope envelope =
                new Envelope(ReversePath.of(returnPaths.address(letter.id(), address.domain())), letter.recipients());
        return pipeline.pass(new Passage(candidate, envelope, letter.bytes()));
    }

    private RawDigest keep(byte[] composed) {
        try {
            return raw.putDurably(new ByteArrayInputStream(composed)).digest();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The Message-ID of a letter. */
    public static InternetMessageId messageId(MessageId id, EmailAddress address) {
        return new InternetMessageId(id.text() + '@' + address.domain());
    }

    /**
     * The id of what is written because of something, always the same.
     *
     * @param because of which the time is taken
     * @param key tells apart what is written because of it
     */
    public static MessageId idFor(UUID because, String key) {
        byte[] digest = RawDigest.algorithm().digest(key.getBytes(StandardCharsets.UTF_8));
        long random = ByteBuffer.wrap(digest).getLong();
        // RFC 9562 §5.7: the first half holds time and version, the second begins with the variant.
        return new MessageId(new UUID(because.getMostSignificantBits(), (random >>> 2) | Long.MIN_VALUE));
    }
}
