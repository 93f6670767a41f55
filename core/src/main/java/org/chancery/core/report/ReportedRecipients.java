package org.chancery.core.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.chancery.core.mail.DeliveryReport;
import org.chancery.core.mail.DeliveryReport.Action;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.FeedbackReport;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.queue.RecipientOutcome.Bounced;

/** Says which recipients of a mail a report is about. Pure. */
final class ReportedRecipients {
    private ReportedRecipients() {}

    /**
     * For whom the delivery failed.
     *
     * @param isSigned whether the report came to the mail's own return path: then it is about that mail whomever it names, and
     *     where the mail had one recipient, about that one. Mail is forwarded, and bounces name the address at its end.
     */
    static List<Bounced> bounced(DeliveryReport report, List<RecipientStatus> recipients, boolean isSigned) {
        List<DeliveryReport.Recipient> failures = report.recipients().stream()
                .filter(one -> one.action() == Action.FAILED)
                .toList();
        List<Bounced> bounced = new ArrayList<>();
        for (DeliveryReport.Recipient failure : failures) {
            Optional<EmailAddress> named = named(failure, recipients);
            if (named.isPresent()) {
                bounced.add(
                        new Bounced(named.get(), words(failure), failure.category(), suppresses(recipients, isSigned)));
            } else if (isSigned && recipients.size() == 1 && failures.size() == 1) {
                EmailAddress only = recipients.getFirst().address();
                // Where no address is named at all, it is about ours.
                boolean isAboutOurs =
                        EmailAddress.parse(failure.finalRecipient()).isEmpty();
                bounced.add(new Bounced(only, words(failure), failure.category(), isAboutOurs));
            }
        }
        return bounced;
    }

    /**
     * Whether a report that names a recipient is enough to send nothing more there. By the Message-ID alone it is where nobody
     * else had the mail: of several, one shall not speak for another, and whom they answered knows the id as well.
     */
    static boolean suppresses(List<RecipientStatus> recipients, boolean isSigned) {
        return isSigned || recipients.size() == 1;
    }

    private static Optional<EmailAddress> named(DeliveryReport.Recipient failure, List<RecipientStatus> recipients) {
        String original = failure.originalRecipient();
        return Stream.of(original == null ? "" : original, failure.finalRecipient())
                .flatMap(text -> find(text, recipients).stream())
                .findFirst();
    }

    private static String words(DeliveryReport.Recipient failure) {
        String status = failure.status();
        return failure.diagnostic().isEmpty() && status != null ? status : failure.diagnostic();
    }

    /** Who complained; empty where that cannot be told. */
    static List<EmailAddress> complaining(FeedbackReport report, List<RecipientStatus> recipients, boolean isSigned) {
        List<EmailAddress> named = report.originalRecipients().stream()
                .flatMap(text -> find(text, recipients).stream())
                .distinct()
                .toList();
        // Most providers leave the address out, and who had the mail alone needs no naming.
        boolean isTheOnlyOne = isSigned
                && recipients.size() == 1
                && report.originalRecipients().isEmpty();
        return named.isEmpty() && isTheOnlyOne ? List.of(recipients.getFirst().address()) : named;
    }

    private static Optional<EmailAddress> find(String text, List<RecipientStatus> recipients) {
        return EmailAddress.parse(text)
                .flatMap(address -> recipients.stream()
                        .map(RecipientStatus::address)
                        .filter(recipient -> recipient.canonical().equals(address.canonical()))
                        .findFirst());
    }
}
