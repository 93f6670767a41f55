package org.chancery.core.mail;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.jspecify.annotations.Nullable;

/** Gathers the header fields of a mail. */
final class HeaderCollector {
    /** Fields that may be there once (RFC 5322 §3.6); where they are there more often, the first counts. */
    private static final Set<String> SINGLE =
            Set.of("from", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references");

    private final Set<String> seen = new HashSet<>();
    private final List<MessageHeader.Field> fields = new ArrayList<>(32);
    private List<Mailbox> from = List.of();
    private List<Mailbox> replyTo = List.of();
    private List<Mailbox> to = List.of();
    private List<Mailbox> cc = List.of();
    private String subject = "";
    private @Nullable Instant date;
    private @Nullable InternetMessageId messageId;
    private List<InternetMessageId> inReplyTo = List.of();
    private List<InternetMessageId> references = List.of();

    MessageHeader collect(InputStream raw) throws IOException {
        HeaderFieldBuilder builder = new HeaderFieldBuilder();
        MimeTokenStream tokens = MailParts.tokens(raw, builder);
        tokens.setRecursionMode(RecursionMode.M_FLAT);
        try {
            for (EntityState state = tokens.next(); isHeader(state) && !builder.overrun(); state = tokens.next()) {
                if (state == EntityState.T_FIELD) {
                    take(tokens.getField());
                }
            }
        } catch (MimeException beyondMime4j) {
            // A header line without an end: what came before it counts.
        }
        return new MessageHeader(from, replyTo, to, cc, subject, date, messageId, inReplyTo, references, fields);
    }

    private static boolean isHeader(EntityState state) {
        return state == EntityState.T_START_HEADER || state == EntityState.T_FIELD;
    }

    private void take(Field field) {
        String body = field.getBody();
        fields.add(new MessageHeader.Field(
                field.getName(), HeaderText.shorten(HeaderText.clean(body), MessageReader.MAX_KEPT_FIELD)));
        String name = field.getName().toLowerCase(Locale.ROOT);
        if (!SINGLE.contains(name) || !seen.add(name)) {
            return;
        }
        switch (name) {
            case "from" -> from = mailboxes(body);
            case "reply-to" -> replyTo = mailboxes(body);
            case "to" -> to = mailboxes(body);
            case "cc" -> cc = mailboxes(body);
            case "subject" -> subject = HeaderText.decode(body, MessageReader.MAX_SUBJECT);
            case "date" -> date = HeaderDate.parse(body).orElse(null);
            case "message-id" -> messageId = ids(body).stream().findFirst().orElse(null);
            case "in-reply-to" -> inReplyTo = ids(body);
            case "references" -> references = ids(body);
            default -> throw new IllegalStateException(name);
        }
    }

    private static List<Mailbox> mailboxes(String body) {
        return MailboxList.parse(body, MessageReader.MAX_ADDRESSES);
    }

    private static List<InternetMessageId> ids(String body) {
        List<InternetMessageId> ids = InternetMessageId.all(body);
        boolean isBare = ids.isEmpty()
                && body.indexOf('@') > 0
                && body.length() <= InternetMessageId.MAX_LENGTH
                && body.chars().noneMatch(c -> c <= ' ' || c == '<' || c == '>');
        // Without its angle brackets, as some programs write it.
        return isBare ? List.of(new InternetMessageId(body)) : ids;
    }
}
