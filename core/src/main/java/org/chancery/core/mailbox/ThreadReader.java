package org.chancery.core.mailbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.NewestText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.tx.Transactions;

/** Reads what was said in a thread up to one of its mails: of each mail the newest text, all of it bounded. */
public final class ThreadReader {

    /** Mails of a thread that are read beside the one that is asked about; of more, the latest. */
    public static final int MAX_EARLIER = 20;

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
     */
    public record Story(Said last, List<Said> earlier) {
        public Story {
            earlier = List.copyOf(earlier);
        }
    }

    /** Reads; outside of any transaction. */
    public Story read(Inbound message) {
        MessageFacts facts = message.facts();
        List<Message> thread =
                transactions.in(tx -> messages.thread(tx, facts.workspace(), facts.thread(), MAX_EARLIER + 1));
        List<Said> earlier = new ArrayList<>();
        for (Message other : thread) {
            if (isPart(other, message.id()) && !other.facts().occurredAt().isAfter(facts.occurredAt())) {
                earlier.add(new Said(
                        other, other.facts().size() > MAX_READ ? "" : cut(newestText(other), MAX_EARLIER_TEXT)));
            }
        }
        int from = Math.max(0, earlier.size() - MAX_EARLIER);
        return new Story(new Said(message, cut(newestText(message), MAX_TEXT)), earlier.subList(from, earlier.size()));
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
                    case DRAFT, REJECTED, FAILED -> false;
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
