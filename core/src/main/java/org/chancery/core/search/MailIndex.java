package org.chancery.core.search;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.MissingMail;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.search.SearchRepository.Waiting;
import org.chancery.core.tx.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives mail the terms that it is found by: in the background, the newest first, mail by mail and each in a transaction of its own, so
 * that it goes on where it was stopped. Whoever searches has the newest mail of their workspace done first. Several may do so at once.
 */
public final class MailIndex {
    private static final Logger LOG = LoggerFactory.getLogger(MailIndex.class);

    /** Mails that are taken at a time. */
    private static final int BATCH = 100;

    /** Mails of one {@link #run}: whoever stops the server waits for its end. */
    private static final int MAX_RUN = 1_000;

    /** Mails that somebody who searches waits for: what came in while the background was busy elsewhere. */
    static final int MAX_AT_ONCE = 20;

    /** A bigger mail is left to the background. */
    static final long MAX_SIZE_AT_ONCE = 1 << 20;

    private final Transactions transactions;
    private final SearchRepository search;
    private final MessageRepository messages;
    private final RawMailStore raw;

    public MailIndex(Transactions transactions, SearchRepository search, MessageRepository messages, RawMailStore raw) {
        this.transactions = transactions;
        this.search = search;
        this.messages = messages;
        this.raw = raw;
    }

    /** Gives their terms to mails that wait, up to some number; how many it looked at. */
    public int run() {
        int done = 0;
        while (done < MAX_RUN) {
            List<Waiting> batch = transactions.in(tx -> search.waiting(tx, BATCH));
            batch.forEach(waiting -> index(waiting, Long.MAX_VALUE));
            done += batch.size();
            if (batch.size() < BATCH) {
                break;
            }
        }
        return done;
    }

    /** Has the newest mail of a workspace found, where it is not yet. */
    public void catchUp(WorkspaceId workspace) {
        transactions
                .in(tx -> search.waiting(tx, workspace, MAX_AT_ONCE))
                .forEach(waiting -> index(waiting, MAX_SIZE_AT_ONCE));
    }

    private void index(Waiting waiting, long maxSize) {
        Optional<Message> found = transactions.in(tx -> messages.find(tx, waiting.workspace(), waiting.message()));
        if (found.isEmpty()) {
            throw new IllegalStateException(waiting.message() + " waits for its terms and is not there");
        }
        Message message = found.get();
        if (message.facts().size() <= maxSize) {
            MessageContent content = read(message);
            transactions.in(tx -> search.put(tx, message, MailTerms.of(message.facts(), content)));
        }
    }

    /** One whose bytes cannot be read is found by what its header said. */
    private MessageContent read(Message message) {
        try (InputStream in = raw.open(message.facts().raw())) {
            MessageContent content = MessageReader.content(in);
            DraftText draft = message instanceof Outbound outbound && outbound.status() == OutboundStatus.DRAFT
                    ? outbound.draft()
                    : null;
            return draft == null
                    ? content
                    : new MessageContent(draft.text(), null, false, content.attachments(), content.truncated());
        } catch (MissingMail damaged) {
            LOG.error("{} is found by its header only", message.id(), damaged);
            return MessageContent.LOST;
        } catch (IOException unreadable) {
            throw new Unavailable("raw mail cannot be read", unreadable);
        }
    }
}
