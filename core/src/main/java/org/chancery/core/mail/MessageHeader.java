package org.chancery.core.mail;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The header section of a mail, as far as we understand it (RFC 5322 §3.6). All of it was written by a stranger:
 * decoded, shortened to {@link MessageReader}'s limits and free of control characters, but not believed.
 *
 * @param from the originators, empty where the field is missing or unreadable
 * @param subject decoded and unfolded; empty where there is none
 * @param date the {@code Date} field, or null where it is missing or unreadable
 * @param messageId null where it is missing or unreadable
 * @param inReplyTo ids named by {@code In-Reply-To}
 * @param references ids named by {@code References}, oldest first
 * @param fields the raw fields that classification and loop control look at, in order; names as written
 */
public record MessageHeader(
        List<Mailbox> from,
        List<Mailbox> replyTo,
        List<Mailbox> to,
        List<Mailbox> cc,
        String subject,
        @Nullable Instant date,
        @Nullable InternetMessageId messageId,
        List<InternetMessageId> inReplyTo,
        List<InternetMessageId> references,
        List<Field> fields) {

    /** Of a mail whose header cannot be read. */
    public static final MessageHeader NONE = new MessageHeader(
            List.of(), List.of(), List.of(), List.of(), "", null, null, List.of(), List.of(), List.of());

    /**
     * One header field.
     *
     * @param body unfolded, not decoded
     */
    public record Field(String name, String body) {}

    public MessageHeader {
        from = List.copyOf(from);
        replyTo = List.copyOf(replyTo);
        to = List.copyOf(to);
        cc = List.copyOf(cc);
        inReplyTo = List.copyOf(inReplyTo);
        references = List.copyOf(references);
        fields = List.copyOf(fields);
    }

    /** The body of the first field of that name, whatever its case. */
    public Optional<String> field(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::body)
                .findFirst();
    }

    /** The addresses in the first field of that name; empty where there is none or it is unreadable. */
    public List<Mailbox> mailboxes(String name) {
        return field(name).map(MessageHeader::mailboxesIn).orElse(List.of());
    }

    /** The addresses in a field's unfolded body; empty where it is unreadable. */
    public static List<Mailbox> mailboxesIn(String body) {
        return MailboxList.parse(body, MessageReader.MAX_ADDRESSES);
    }

    /**
     * The addresses in all {@code From} fields. There may be one field and in it mostly one address; what readers show of a mail
     * with more is anybody's guess, so that sender authentication looks at all.
     */
    public List<Mailbox> allOriginators() {
        List<Mailbox> all = new ArrayList<>(from);
        fields.stream()
                .filter(field -> field.name().equalsIgnoreCase("From"))
                .skip(1) // the first is the one in from
                .forEach(field -> all.addAll(MailboxList.parse(field.body(), MessageReader.MAX_ADDRESSES)));
        return all;
    }

    /** How many fields of that name there are: {@code Received} fields tell of loops (RFC 5321 §6.3). */
    public long count(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .count();
    }
}
