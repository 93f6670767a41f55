package org.chancery.core.search;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.MessageId;
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

    /** Mails of one {@link #run}. */
    private static final int MAX_RUN = 1_000;

    /** Mails that somebody who searches waits for: what came in while the background was busy elsewhere. */
    static final int MAX_AT_ONCE = 20;

    /** A bigger mail is left to the background. */
    static final long MAX_SIZE_AT_ONCE = 1 << 20;

    private final Transactions transactions;
    private final SearchRepository search;
    private final MessageRepository messages;
    private final RawMailStore raw;

    private volatile boolean isStopped;

    /** What the last run could not read: told once, and again where it changes. */
    private volatile List<MessageId> told = List.of();

    public MailIndex(Transactions transactions, SearchRepository search, MessageRepository messages, RawMailStore raw) {
        this.transactions = transactions;
        this.search = search;
        this.messages = messages;
        this.raw = raw;
    }

    /** Gives their terms to mails that wait, up to some number; how many it looked at. One that cannot be read waits on, and stops no other. */
    public int run() {
        int done = 0;
        List<MessageId> unread = new ArrayList<>();
        MessageId last = null;
        while (done < MAX_RUN && !isStopped) {
            MessageId place = last;
            List<Waiting> batch = transactions.in(tx -> search.waitingBehind(tx, place, BATCH));
            for (Waiting waiting : batch) {
                if (isStopped) {
                    return done;
                }
                if (!index(waiting, Long.MAX_VALUE)) {
                    unread.add(waiting.message());
                }
                last = waiting.message();
                done++;
            }
            if (batch.size() < BATCH) {
                break;
            }
        }
        if (!unread.isEmpty() && !unread.equals(told)) {
            LOG.warn(
                    "{} mails cannot be read and wait for their terms; the newest is {}",
                    unread.size(),
                    unread.getFirst());
        }
        told = unread;
        return done;
    }

    /** Ends a run that is under way behind the mail that it is at, and every later one at once: what waits is kept. */
    public void stop() {
        isStopped = true;
    }

    /** Has the newest mail of a workspace found, where it is not yet. */
    public void catchUp(WorkspaceId workspace) {
        transactions
                .in(tx -> search.waiting(tx, workspace, MAX_AT_ONCE))
                .forEach(waiting -> index(waiting, MAX_SIZE_AT_ONCE));
    }

    /** False where it has to wait, because it cannot be read now. */
    private boolean index(Waiting waiting, long maxSize) {
        Message message = transactions
                .in(tx -> messages.find(tx, waiting.workspace(), waiting.message()))
                .orElse(null);
        if (message == null) {
            return false;
        }
        if (message.facts().size() <= maxSize) {
            MessageContent content;
            try {
                content = read(message);
            } catch (Unavailable unreadable) {
                LOG.debug("{} cannot be read", message.id(), unreadable);
                return false;
            }
            transactions.in(tx -> search.put(tx, message, MailTerms.of(message.facts(), content)));
        }
        return true;
    }

    /** One whose bytes are lost is found by what its header said. */
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
