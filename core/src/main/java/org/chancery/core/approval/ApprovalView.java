package org.chancery.core.approval;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.chancery.core.access.Principal;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.NewestText;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.MissingMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.Visibility;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** What a reviewer looks at: the mail that waits, what was said before it, and what others changed. */
public final class ApprovalView {
    /** Mails of the thread that are shown with one approval; of more, the latest. */
    public static final int MAX_HISTORY = 20;

    /** A bigger mail of the thread is not read for an approval. */
    private static final long MAX_READ_IN_HISTORY = 1 << 20;

    private final Transactions transactions;
    private final MessageRepository messages;
    private final EndpointRepository endpoints;
    private final Visibility visibility;
    private final RawMailStore raw;

    public ApprovalView(
            Transactions transactions,
            MessageRepository messages,
            EndpointRepository endpoints,
            Visibility visibility,
            RawMailStore raw) {
        this.transactions = transactions;
        this.messages = messages;
        this.endpoints = endpoints;
        this.visibility = visibility;
        this.raw = raw;
    }

    /** The held mail, and those before it in its thread, oldest first. */
    public record Shown(Approval approval, Outbound message, List<Message> history) {
        public Shown {
            history = List.copyOf(history);
        }
    }

    /** Looks an approval's mail up for somebody who may see the approval. */
    public Shown of(Principal by, Approval approval) {
        return transactions.in(tx -> {
            Outbound message = messages.find(
                            tx, approval.workspace(), approval.held().message())
                    .map(Outbound.class::cast)
                    .orElseThrow();
            return new Shown(approval, message, history(tx, by, message));
        });
    }

    /** Who reviews sees all of it; a program what it sees anyway. */
    private List<Message> history(Tx tx, Principal by, Outbound held) {
        return messages.thread(tx, by.workspace(), held.facts().thread(), MAX_HISTORY + 1).stream()
                .filter(message -> !message.id().equals(held.id()) && !Visibility.isGivenUp(message))
                .filter(message -> !by.isProgram()
                        || endpoints
                                .kept(tx, by.workspace(), message.facts().endpoint())
                                .filter(endpoint -> visibility.sees(tx, by, message, endpoint))
                                .isPresent())
                .toList();
    }

    /** What a mail says; null where its bytes are gone. */
    public @Nullable MessageContent read(Message message) {
        return read(message.facts().raw(), MessageReader::content);
    }

    /** What the writer of a mail wrote anew; empty where it is too big to be read beside another one, or its bytes are gone. */
    public String newestText(Message message) {
        if (message instanceof Outbound outbound && outbound.draft() != null) {
            return NewestText.of(outbound.draft().text());
        }
        MessageContent content = message.facts().size() > MAX_READ_IN_HISTORY ? null : read(message);
        return content == null ? "" : NewestText.of(content);
    }

    /** The raw bytes of the mail that waits; the caller of this closes them. */
    public InputStream rawOf(Approval approval) {
        return raw.open(approval.held().digest());
    }

    private interface Reading<T> {
        T read(InputStream in) throws IOException;
    }

    private <T> @Nullable T read(RawDigest mail, Reading<T> reading) {
        try (InputStream in = raw.open(mail)) {
            return reading.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MissingMail gone) {
            // Whoever looks at the approval has to see that much of it, and can still reject it.
            return null;
        }
    }

    /**
     * What a reviewer changed.
     *
     * @param field as the API names it
     * @param difference from the one text to the other, line by line
     */
    public record Change(String field, String before, String after, String difference) {}

    /** What the decision changed in the mail; none where it changed nothing. */
    public List<Change> changes(Decision decision) {
        RawDigest edited = decision.edited();
        if (edited == null) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>();
        compare(changes, "subject", edited, decision.digest(), MessageReader::header, MessageHeader::subject);
        compare(changes, "text_body", edited, decision.digest(), MessageReader::content, MessageContent::text);
        compare(
                changes,
                "html_body",
                edited,
                decision.digest(),
                MessageReader::content,
                content -> Objects.requireNonNullElse(content.html(), ""));
        return changes;
    }

    private <T> void compare(
            List<Change> changes,
            String field,
            RawDigest before,
            RawDigest after,
            Reading<T> reading,
            Function<T, String> text) {
        T old = read(before, reading);
        T fresh = read(after, reading);
        if (old == null || fresh == null) {
            return;
        }
        String was = text.apply(old);
        String is = text.apply(fresh);
        if (!was.lines().toList().equals(is.lines().toList())) {
            changes.add(new Change(field, was, is, LineDifference.of(was, is)));
        }
    }
}
