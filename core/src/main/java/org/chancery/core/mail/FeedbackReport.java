package org.chancery.core.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A complaint that a mailbox provider passes on (RFC 5965). <i>Trusts:</i> nothing, as {@link DeliveryReport}.
 *
 * @param type in lower case, such as {@code abuse} or {@code not-spam}
 * @param originalRecipients whom the mail complained of was sent to; many providers leave them out
 * @param originalMailFrom the reverse-path of that mail, as it is said or as the returned mail shows it; null where neither does
 * @param originalMessage its Message-ID; null where the report does not show it
 * @param envelopeId what its sender called it; null where it is not said
 */
public record FeedbackReport(
        String type,
        List<String> originalRecipients,
        @Nullable String originalMailFrom,
        @Nullable InternetMessageId originalMessage,
        @Nullable String envelopeId) {
    /** Reports stand before the mail that they return. */
    private static final int MAX_OCTETS = 1 << 20;

    private static final int MAX_FIELDS = 64 * 1024;

    /** Longer than any type that is registered. */
    private static final int MAX_TYPE = 60;

    public FeedbackReport {
        originalRecipients = List.copyOf(originalRecipients);
    }

    /** Reads a mail as a complaint; empty where it has no {@code message/feedback-report}. */
    public static Optional<FeedbackReport> read(InputStream raw) throws IOException {
        MailParts parts = new MailParts(new ByteArrayInputStream(raw.readNBytes(MAX_OCTETS)));
        String fields = null;
        MessageHeader original = MessageHeader.NONE;
        for (MailParts.Step step = parts.next(); step != MailParts.Step.END; step = parts.next()) {
            if (step == MailParts.Step.PART) {
                PartDescriptor part = parts.descriptor();
                if (part.type().equals("message/feedback-report") && fields == null) {
                    fields = BodyText.read(parts.body(), part, MAX_FIELDS).text();
                } else if (part.isReturnedMail() && original == MessageHeader.NONE) {
                    original = MessageReader.header(parts.body());
                }
            }
        }
        return fields == null ? Optional.empty() : Optional.of(of(fields, original));
    }

    private static FeedbackReport of(String fields, MessageHeader original) {
        String type = StatusFields.value(fields, "feedback-type");
        // Many providers leave the field out, and return the mail as it was delivered (RFC 5321 §4.4).
        String mailFrom = Optional.ofNullable(StatusFields.value(fields, "original-mail-from"))
                .or(() -> original.field("Return-Path"))
                .orElse(null);
        return new FeedbackReport(
                type == null ? "abuse" : HeaderText.shorten(type, MAX_TYPE).toLowerCase(Locale.ROOT),
                StatusFields.values(fields, "original-rcpt-to").stream()
                        .map(FeedbackReport::withoutBrackets)
                        .toList(),
                mailFrom == null ? null : withoutBrackets(mailFrom),
                original.messageId(),
                StatusFields.value(fields, "original-envelope-id"));
    }

    private static String withoutBrackets(String address) {
        int open = address.indexOf('<');
        int close = address.indexOf('>', open + 1);
        return open >= 0 && close > open ? address.substring(open + 1, close).strip() : address;
    }
}
