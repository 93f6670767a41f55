package org.chancery.core.search;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.id.LabelId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the terms of mail, and finds mail by them. A mail waits for its terms from the transaction on in which it was stored or got
 * another text; {@link MailIndex} gives them to it.
 */
public interface SearchRepository {

    /** A mail without terms, or with those of a text that it had before. */
    record Waiting(WorkspaceId workspace, MessageId message) {}

    /** Mail that waits, the newest first, behind a place or from the first on. */
    List<Waiting> waitingBehind(Tx tx, @Nullable MessageId place, int limit);

    /** Mail of a workspace that waits, the newest first. */
    List<Waiting> waiting(Tx tx, WorkspaceId workspace, int limit);

    /**
     * Gives a mail its terms; it waits no longer. False, with nothing changed, where it does not wait, or is not any more what the
     * terms were made from.
     */
    boolean put(Tx tx, Message message, Set<Term> terms);

    /** One page of the mail that has all of the terms and labels, newest first. */
    Found page(Tx tx, SearchQuery query, int limit);

    /**
     * What is looked for.
     *
     * @param mail whose mail, and what else it has to be
     * @param terms all of which it has
     * @param labels all of which it has; without terms one or more
     */
    record SearchQuery(MessageQuery mail, Set<Term> terms, Set<LabelId> labels) {
        public SearchQuery {
            terms = Set.copyOf(terms);
            labels = Set.copyOf(labels);
            if (terms.isEmpty() && labels.isEmpty()) {
                throw new IllegalArgumentException("nothing is looked for");
            }
        }

        public SearchQuery(MessageQuery mail, Set<Term> terms) {
            this(mail, terms, Set.of());
        }
    }

    /**
     * What was found.
     *
     * @param goOn where to look on, where so much was looked at that a page may be left as it is; null where the page is full, or
     *     nothing is left to look at
     */
    record Found(List<Message> messages, @Nullable Place goOn) {
        public Found {
            messages = List.copyOf(messages);
        }
    }

    /** The place behind all mail of that time and later. */
    static Place before(Instant time) {
        return new Place(time, new MessageId(new UUID(0, 0)));
    }
}
