package org.chancery.core.send;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.AuthenticationResultsField;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.OwnMail.Letter;
import org.chancery.core.tx.Transactions;

/**
 * Sends a copy of delivered mail to the people whom its endpoint names ({@code deliver_to}), at their own addresses elsewhere.
 *
 * <p>A copy is a new mail of the endpoint's, with the original in it: were the original sent on as it is, the originator's
 * domain would disown it (RFC 7489). It leaves through the one door out, once for each delivered mail: its id is made from
 * that mail's, so that a step which is done again finds it. {@link CopyRules} says which mail is copied; no copy ever is.
 *
 * <p>Standards: RFC 3834 §5, RFC 2046 §5.2.1, RFC 8601 for what is told of the originator. Trusts: nothing in the mail.
 */
public final class DeliveredCopies {
    /** A bigger original stays with us: many servers take no more than twice this, and it is in memory several times over. */
    static final int MAX_ATTACHED = 10 << 20;

    /** Copies of a mail of more than a mebibyte that are made at the same time. */
    private static final int BIG_AT_ONCE = 2;

    private static final int BIG = 1 << 20;

    private final Transactions transactions;
    private final Kept kept;
    private final Way way;
    private final AuthenticationResultsField results;
    private final Clock clock;
    private final OwnMail letters;
    private final Semaphore bigOnes = new Semaphore(BIG_AT_ONCE);

    /** Where delivered mail and the settings of endpoints are. */
    public record Kept(MessageRepository messages, EndpointRepository endpoints, RawMailStore raw) {}

    /**
     * How a copy leaves.
     *
     * @param isHosted whether mail for a domain comes to us
     * @param maxSize octets of a composed mail
     */
    public record Way(OutboundPipeline pipeline, ReturnPaths returnPaths, Predicate<String> isHosted, long maxSize) {}

    public DeliveredCopies(
            Transactions transactions, Kept kept, Way way, AuthenticationResultsField results, Clock clock) {
        this.transactions = transactions;
        this.kept = kept;
        this.way = way;
        this.results = results;
        this.clock = clock;
        this.letters = new OwnMail(way.pipeline(), way.returnPaths(), kept.raw(), clock);
    }

    /** What came of it. */
    public sealed interface Copied {
        String reason();

        /** A copy was queued, now or before. */
        record Sent(String reason) implements Copied {}

        record NotSent(String reason) implements Copied {}
    }

    /** Sends the copy of a mail that was delivered at an endpoint; durable on return. */
    public Copied send(WorkspaceId workspace, EndpointId at, MessageId delivered) {
        Endpoint endpoint = transactions
                .in(tx -> kept.endpoints().find(tx, workspace, at))
                .filter(found -> !found.behaviour().deliverTo().isEmpty())
                .orElse(null);
        if (endpoint == null) {
            return new Copied.NotSent("the endpoint names nobody");
        }
        MessageId id = copyOf(delivered);
        if (transactions.in(tx -> kept.messages().find(tx, workspace, id)).isPresent()) {
            return new Copied.Sent("sent before");
        }
        Inbound original = transactions
                .in(tx -> kept.messages().find(tx, workspace, delivered))
                .map(Inbound.class::cast)
                .orElseThrow();
        MessageHeader header = header(original);
        List<EmailAddress> people = CopyRules.people(endpoint, original, way.isHosted());
        Optional<String> obstacle = original.state() == HandlingState.ERROR
                ? Optional.of("the pipeline gave it up")
                : CopyRules.obstacle(original.classification(), header, people, way.returnPaths());
        return obstacle.<Copied>map(Copied.NotSent::new).orElseGet(() -> send(endpoint, original, header, people, id));
    }

    private Copied send(
            Endpoint endpoint, Inbound original, MessageHeader header, List<EmailAddress> people, MessageId id) {
        boolean isBig = original.facts().size() > BIG;
        if (isBig) {
            bigOnes.acquireUninterruptibly();
        }
        try {
            return pass(endpoint, original, people, id, compose(endpoint, original, header, id));
        } catch (CallerFault refused) {
            // Of the processor, or of the composer about something in the mail: trying again would change nothing.
            return new Copied.NotSent(refused.code() + ": " + refused.text());
        } finally {
            if (isBig) {
                bigOnes.release();
            }
        }
    }

    private byte[] compose(Endpoint endpoint, Inbound original, MessageHeader header, MessageId id) {
        CopyText text = new CopyText(endpoint, original, header, results);
        EmailAddress returnPath = returnPath(endpoint, id);
        MessageContent content = content(original);
        if (original.facts().size() <= MAX_ATTACHED) {
            byte[] whole =
                    MessageComposer.compose(text.mail(id, returnPath, clock.instant(), content, bytes(original)));
            if (whole.length <= way.maxSize()) {
                return whole;
            }
        }
        return MessageComposer.compose(text.mail(id, returnPath, clock.instant(), content, null));
    }

    private Copied pass(Endpoint endpoint, Inbound original, List<EmailAddress> people, MessageId id, byte[] composed) {
        Letter letter = new Letter(
                endpoint,
                id,
                List.of(Mailbox.of(EmailAddress.of(endpoint.address()))),
                people,
                original.facts().subject(),
                true,
                composed);
        return switch (letters.send(letter)) {
            case Outcome.Queued ignored ->
                new Copied.Sent("to " + people.size() + (people.size() == 1 ? " person" : " people"));
            case Outcome.Scheduled ignored -> new Copied.NotSent("it is to leave later");
            case Outcome.Drafted drafted -> new Copied.NotSent(drafted.reason());
            case Outcome.Held held -> new Copied.NotSent(held.reason());
            case Outcome.Denied denied -> new Copied.NotSent(denied.code() + ": " + denied.reason());
        };
    }

    private EmailAddress returnPath(Endpoint endpoint, MessageId id) {
        return way.returnPaths().address(id, EmailAddress.of(endpoint.address()).domain());
    }

    /** The id of the copy of a mail, always the same; its time is that of the mail. */
    static MessageId copyOf(MessageId delivered) {
        return OwnMail.idFor(delivered.value(), "copy:" + delivered.text());
    }

    private interface Reading<T> {
        T read(InputStream in) throws IOException;
    }

    private <T> T read(Inbound original, Reading<T> reading) {
        try (InputStream in = kept.raw().open(original.facts().raw())) {
            return reading.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MessageHeader header(Inbound original) {
        return read(original, MessageReader::header);
    }

    private MessageContent content(Inbound original) {
        return read(original, MessageReader::content);
    }

    private byte[] bytes(Inbound original) {
        return read(original, InputStream::readAllBytes);
    }
}
