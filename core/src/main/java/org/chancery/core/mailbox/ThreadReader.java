package org.chancery.core.mailbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.NewestText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.tx.Transactions;

/**
 * Reads what was said in a thread up to one of its mails, between its sender and us: of each mail the newest text, all of it
 * bounded. Whoever knows a Message-ID can join a thread; what others say in it, or are told, must not reach the sender through
 * an agent that was shown it.
 */
public final class ThreadReader {

    /** Mails of a thread that are read beside the one that is asked about; of more, the latest. */
    public static final int MAX_EARLIER = 20;

    /** Mails of a thread among which these are looked for; of more, the latest. */
    private static final int MAX_LOOKED_AT = 200;

    /** Characters of the mail's own newest text. */
    public static final int MAX_TEXT = 20_000;

    /** Characters of each earlier one. */
    public static final int MAX_EARLIER_TEXT = 4_000;

    /** A bigger mail of the thread is not read for another one of it. */
    private static final long MAX_READ = 1 << 20;

    private final Transactions transactions;
    private final MessageRepository messages;
    private final RawMailStore raw;

    public ThreadReader(Transactions transactions, MessageRepository messages, RawMailStore raw) {
        this.transactions = transactions;
        this.messages = messages;
        this.raw = raw;
    }

    /** What one mail says, perhaps cut off; empty where it is too big to be read beside another. */
    public record Said(Message message, String newestText) {}

    /**
     * A mail and what came before it in its thread, oldest first, without what never left or was given up. The same each time it
     * is asked for: what comes later is not in it.
     *
     * @param leftOut how many earlier mails are not in it, for they are from or to others than the mail's sender
     */
    public record Story(Said last, List<Said> earlier, int leftOut) {
        public Story {
            earlier = List.copyOf(earlier);
        }
    }

    /** Reads; outside of any transaction. */
    public Story read(Inbound message) {
        MessageFacts facts = message.facts();
        List<Message> thread =
                transactions.in(tx -> messages.thread(tx, facts.workspace(), facts.thread(), MAX_LOOKED_AT));
        List<Message> parts = thread.stream()
                .filter(other -> isPart(other, message.id())
                        && !other.facts().occurredAt().isAfter(facts.occurredAt()))
                .toList();
        Optional<String> sender = facts.from().emailAddress().map(EmailAddress::canonical);
        List<Message> between = parts.stream()
                .filter(other ->
                        sender.filter(address -> isBetweenUsAnd(address, other)).isPresent())
                .toList();
        List<Said> earlier = between.subList(Math.max(0, between.size() - MAX_EARLIER), between.size()).stream()
                .map(this::earlier)
                .toList();
        return new Story(new Said(message, cut(newestText(message), MAX_TEXT)), earlier, parts.size() - between.size());
    }

    private Said earlier(Message other) {
        return new Said(other, other.facts().size() > MAX_READ ? "" : cut(newestText(other), MAX_EARLIER_TEXT));
    }

    private static boolean isBetweenUsAnd(String sender, Message other) {
        return switch (other) {
            case Inbound inbound ->
                inbound.facts()
                        .from()
                        .emailAddress()
                        .filter(from -> from.canonical().equals(sender))
                        .isPresent();
            case Outbound outbound ->
                outbound.recipients().stream()
                        .anyMatch(recipient -> recipient.address().canonical().equals(sender));
        };
    }

    private static boolean isPart(Message other, MessageId last) {
        if (other.id().equals(last)) {
            return false;
        }
        return switch (other) {
            case Inbound inbound -> inbound.state() != HandlingState.ERROR;
            case Outbound outbound ->
                switch (outbound.status()) {
                    case QUEUED, SENDING, SENT, DELIVERED, BOUNCED -> true;
                    case DRAFT, HELD, SCHEDULED, REJECTED, CANCELLED, FAILED -> false;
                };
        };
    }

    private String newestText(Message message) {
        try (InputStream in = raw.open(message.facts().raw())) {
            return NewestText.of(MessageReader.content(in).text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max;
        return text.substring(0, end);
    }
}
