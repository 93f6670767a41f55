package org.chancery.core.approval;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Principal;
import org.chancery.core.access.TokenStanding;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.mail.FullReading;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.NewestText;
import org.chancery.core.mailbox.MailFile;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.MissingMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.Visibility;
import org.chancery.core.suppression.HiddenLinks;
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
    private final AccessRepository access;
    private final Visibility visibility;
    private final RawMailStore raw;
    private final Clock clock;

    /** Where it reads. */
    public record Stores(
            MessageRepository messages, EndpointRepository endpoints, AccessRepository access, RawMailStore raw) {}

    public ApprovalView(Transactions transactions, Stores stores, Visibility visibility, Clock clock) {
        this.transactions = transactions;
        this.messages = stores.messages();
        this.endpoints = stores.endpoints();
        this.access = stores.access();
        this.visibility = visibility;
        this.raw = stores.raw();
        this.clock = clock;
    }

    /**
     * The held mail.
     *
     * @param answers the mail that it answers, or null
     * @param history the other mails of its thread, oldest first; those that came later, too
     * @param token how the token stands by now with which it was asked for; null where it was revoked
     */
    public record Shown(
            Approval approval,
            Outbound message,
            @Nullable Inbound answers,
            List<Message> history,
            TokenStanding.@Nullable State token) {
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
            TokenStanding.State token = access.standing(
                            tx, approval.workspace(), approval.requestedBy().token())
                    .map(standing -> standing.state(clock.instant()))
                    .orElse(null);
            return new Shown(approval, message, answered(tx, message), history(tx, by, message), token);
        });
    }

    private @Nullable Inbound answered(Tx tx, Outbound held) {
        return held.inReplyTo() == null
                ? null
                : messages.find(tx, held.facts().workspace(), held.inReplyTo())
                        .filter(Inbound.class::isInstance)
                        .map(Inbound.class::cast)
                        .orElse(null);
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

    /** What the held mail says, whoever reads it; null where its bytes are gone. */
    public @Nullable FullReading readInFull(Outbound message) {
        return read(message.facts().raw(), MessageReader::inFull);
    }

    /** The same as that reader is shown it. */
    public @Nullable FullReading readInFull(Principal reader, Outbound message) {
        return read(message.facts().raw(), mail -> MessageReader.inFull(HiddenLinks.from(reader, mail)));
    }

    /** What the writer of a mail wrote anew; empty where it is too big to be read beside another one, or its bytes are gone. */
    public String newestText(Message message) {
        if (message instanceof Outbound outbound && outbound.draft() != null) {
            return NewestText.of(outbound.draft().text());
        }
        MessageContent content = message.facts().size() > MAX_READ_IN_HISTORY
                ? null
                : read(message.facts().raw(), MessageReader::content);
        return content == null ? "" : NewestText.of(content);
    }

    /** The raw bytes of the mail that waits, as that reader is shown them; the caller of this closes them. */
    public InputStream rawFor(Principal reader, Approval approval) {
        return HiddenLinks.from(reader, raw.open(approval.held().digest()));
    }

    /** A file that goes with what waits; empty where none has that id, or the mail's bytes are gone. */
    public Optional<MailFile> fileOf(Approval approval, String id) {
        RawDigest mail = approval.held().digest();
        FullReading reading = read(mail, MessageReader::inFull);
        return reading == null ? Optional.empty() : MailFile.open(raw, mail, reading.files(), id);
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
        FullReading before = edited == null ? null : read(edited, MessageReader::inFull);
        FullReading after = before == null ? null : read(decision.digest(), MessageReader::inFull);
        if (before == null || after == null) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>();
        compare(changes, "subject", before.header().subject(), after.header().subject());
        compare(changes, "text_body", before.content().text(), after.content().text());
        compare(changes, "html_body", html(before), html(after));
        return changes;
    }

    private static String html(FullReading mail) {
        return Objects.requireNonNullElse(mail.content().html(), "");
    }

    private static void compare(List<Change> changes, String field, String before, String after) {
        if (!before.lines().toList().equals(after.lines().toList())) {
            changes.add(new Change(field, before, after, LineDifference.of(before, after)));
        }
    }
}
