package org.chancery.core.mail;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a mail server reports of a mail's delivery: a DSN (RFC 3464), or what older and odder servers write in its place.
 *
 * <p><i>Trusts:</i> nothing. Anybody can write a report of anything; only a report that came to the signed return path of
 * a mail says something about that mail, and only of recipients that it had.
 *
 * @param originalMessage the Message-ID of the mail reported on; null where the report does not show it
 * @param envelopeId what the sender called the mail (RFC 3461 §4.4); null where it is not said
 * @param recipients in the order of the report; empty where none could be found
 */
public record DeliveryReport(
        @Nullable InternetMessageId originalMessage,
        @Nullable String envelopeId,
        List<Recipient> recipients) {

    /** What became of the mail (RFC 3464 §2.3.3). */
    public enum Action {
        FAILED,
        DELAYED,
        DELIVERED,
        RELAYED,
        EXPANDED;

        /**
         * What a field says before a comment (RFC 3464 §2.1); what cannot be understood is as its code says (RFC 3463 §2).
         *
         * @param status the code, or null
         */
        static Action of(String field, @Nullable String status) {
            return switch (field.strip().split("[\\s(;]", 2)[0].toLowerCase(Locale.ROOT)) {
                case "failed", "failure", "" -> FAILED;
                case "delayed" -> DELAYED;
                case "delivered", "deliverable" -> DELIVERED;
                case "relayed" -> RELAYED;
                case "expanded" -> EXPANDED;
                default -> byStatus(status == null ? "" : status);
            };
        }

        private static Action byStatus(String status) {
            return status.startsWith("4.") ? DELAYED : status.startsWith("2.") ? DELIVERED : FAILED;
        }
    }

    /**
     * One recipient.
     *
     * @param finalRecipient the address as the reporting server knew it; empty where it is not said
     * @param originalRecipient the address as the sender gave it; null where it is not said
     * @param status the enhanced status code (RFC 3463), such as {@code 5.1.1}; null where none is to be found
     * @param diagnostic what the other server said, on one line; empty where nothing is
     * @param category what a failure means for later mail; {@code UNKNOWN} where it is none
     */
    public record Recipient(
            String finalRecipient,
            @Nullable String originalRecipient,
            Action action,
            @Nullable String status,
            String diagnostic,
            BounceCategory category) {}

    /** Characters of a diagnostic that are kept. */
    static final int MAX_DIAGNOSTIC = 2_000;

    public DeliveryReport {
        recipients = List.copyOf(recipients);
    }

    /** Reads a mail as a report; empty where nothing in it speaks of a delivery. Reads a bounded part of it. */
    public static Optional<DeliveryReport> read(InputStream raw) throws IOException {
        return new ReportReader(raw).read();
    }

    /** Whether the mail arrived, or went on, for everybody named. */
    public boolean isOfSuccess() {
        return !recipients.isEmpty()
                && recipients.stream()
                        .allMatch(one -> one.action() == Action.DELIVERED
                                || one.action() == Action.RELAYED
                                || one.action() == Action.EXPANDED);
    }

    /** Whether an address is gone for good. */
    public boolean isHard() {
        return recipients.stream().anyMatch(one -> one.category() == BounceCategory.HARD);
    }
}
