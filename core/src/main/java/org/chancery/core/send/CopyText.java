package org.chancery.core.send;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.AuthenticationResultsField;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.HeaderText;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mailbox.Message.Inbound;
import org.jspecify.annotations.Nullable;

/**
 * What the copy of a mail says: from the endpoint, with the originator's name in front and their address to answer to; the
 * text to read, and the original as a file.
 */
final class CopyText {
    /** Enough to read; the rest is in the original. */
    private static final int MAX_TEXT = 100_000;

    private static final int MAX_NAME = 100;

    private final Endpoint endpoint;
    private final Inbound original;
    private final MessageHeader header;
    private final AuthenticationResultsField results;

    CopyText(Endpoint endpoint, Inbound original, MessageHeader header, AuthenticationResultsField results) {
        this.endpoint = endpoint;
        this.original = original;
        this.header = header;
        this.results = results;
    }

    /** @param bytes of the original, or null where it is too big to go along */
    OutgoingMail mail(
            MessageId id, EmailAddress returnPath, Instant now, MessageContent content, byte @Nullable [] bytes) {
        EmailAddress address = EmailAddress.of(endpoint.address());
        InternetMessageId answered = original.facts().internetId();
        return new OutgoingMail(
                new Mailbox(name() + " via " + endpoint.localPart(), endpoint.address()),
                answerTo(),
                List.of(Mailbox.of(address)),
                List.of(),
                // Decoded, it may hold what no header field of ours may.
                HeaderText.plain(original.facts().subject(), SendService.MAX_SUBJECT),
                text(content, bytes != null),
                null,
                OwnMail.messageId(id, address),
                null,
                // An answer to the copy thus finds the thread of the original in its originator's mailbox.
                answered == null ? List.of() : List.of(answered),
                now,
                true,
                headers(returnPath),
                bytes == null
                        ? List.of()
                        : List.of(new OutgoingMail.Attachment("original.eml", "message/rfc822", bytes)));
    }

    private Map<String, String> headers(EmailAddress returnPath) {
        Map<String, String> headers = new LinkedHashMap<>();
        // RFC 8601 §5: ours alone stands in the copy; whatever the original claims is in the file only.
        headers.put(AuthenticationResultsField.NAME, results.line(original.authentication()));
        headers.put("Auto-Submitted", "auto-generated");
        headers.put(CopyRules.MARK, returnPath.localPart());
        return headers;
    }

    /** The originator's name, or their address where they gave none. */
    private String name() {
        Mailbox from = original.facts().from();
        String name = from.name() == null
                ? ""
                : HeaderText.plain(from.name(), MAX_NAME).strip();
        String known =
                name.isEmpty() ? HeaderText.plain(from.address(), MAX_NAME).strip() : name;
        return known.isEmpty() ? "somebody" : known;
    }

    /** RFC 5322 §3.6.2: where the originator wants answers, else the originator. */
    private List<Mailbox> answerTo() {
        List<Mailbox> wanted =
                header.replyTo().isEmpty() ? List.of(original.facts().from()) : header.replyTo();
        return wanted.stream()
                // One that needs SMTPUTF8 (RFC 6531) would keep the copy from most servers.
                .filter(mailbox -> mailbox.emailAddress()
                        .filter(address -> !address.needsUtf8())
                        .isPresent())
                .limit(SendService.MAX_RECIPIENTS)
                .map(mailbox -> new Mailbox(
                        mailbox.name() == null ? null : HeaderText.plain(mailbox.name(), MAX_NAME), mailbox.address()))
                .toList();
    }

    private String text(MessageContent content, boolean isAttached) {
        String read = content.text();
        String shown = read.length() > MAX_TEXT ? beginning(read) + "\n[…]" : read;
        String rest = isAttached
                ? ""
                : "\n\n[The mail is too big to go along. It is kept as "
                        + original.id().text() + ".]\n";
        return name() + " <" + HeaderText.plain(original.facts().from().address(), MAX_NAME) + "> wrote to "
                + endpoint.address() + ":\n\n"
                + shown + rest;
    }

    private static String beginning(String text) {
        return text.substring(0, Character.isHighSurrogate(text.charAt(MAX_TEXT - 1)) ? MAX_TEXT - 1 : MAX_TEXT);
    }
}
