package org.chancery.core.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.chancery.core.mail.DeliveryReport;
import org.chancery.core.mail.DeliveryReport.Action;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.FeedbackReport;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.queue.RecipientOutcome.Bounced;

/** Says which recipients of a mail a report is about. Pure. */
final class ReportedRecipients {
    /** RFC 3461 §4: a character that stands for itself nowhere, in two upper-case digits. */
    private static final Pattern XTEXT = Pattern.compile("\\+([2-7][0-9A-F])");

    private ReportedRecipients() {}

    /**
     * Those of a mail's recipients for whom a report can speak.
     *
     * @param isSigned whether it came to their return path, or shows it: then it is about that mail whomever it names, and where
     *     they are one, about that one. Mail is forwarded, and bounces name the address at its end. Else it is no proof, and
     *     suppresses nobody
     */
    record Spoken(List<RecipientStatus> recipients, boolean isSigned) {
        Spoken who(Progress progress) {
            return new Spoken(
                    recipients.stream()
                            .filter(one -> one.progress() == progress)
                            .toList(),
                    isSigned);
        }

        private Optional<EmailAddress> only() {
            return isSigned && recipients.size() == 1
                    ? Optional.of(recipients.getFirst().address())
                    : Optional.empty();
        }
    }

    /** For whom the delivery failed. */
    static List<Bounced> bounced(DeliveryReport report, Spoken spoken) {
        List<DeliveryReport.Recipient> failures = report.recipients().stream()
                .filter(one -> one.action() == Action.FAILED)
                .toList();
        List<Bounced> bounced = new ArrayList<>();
        for (DeliveryReport.Recipient failure : failures) {
            Optional<EmailAddress> named = named(failure, spoken.recipients());
            Optional<EmailAddress> meant = named.or(() -> failures.size() == 1 ? spoken.only() : Optional.empty());
            meant.ifPresent(address -> bounced.add(new Bounced(
                    address,
                    words(failure),
                    failure.category(),
                    spoken.isSigned() && isSaidOf(address, failure.finalRecipient()))));
        }
        return bounced;
    }

    /**
     * Whether what is said of the recipient as the other server knew it is said of this address: one member of a list, or the
     * address at the end of a forward, can be gone and the one that we wrote to is not. Hosts behind the domain rewrite it to
     * their own names; where no address is named at all, it is about ours.
     */
    private static boolean isSaidOf(EmailAddress ours, String finalRecipient) {
        return EmailAddress.parse(finalRecipient)
                .map(known -> known.canonical().equals(ours.canonical())
                        || (known.localPart().equalsIgnoreCase(ours.localPart())
                                && known.domain().endsWith('.' + ours.domain())))
                .orElse(true);
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
    static List<EmailAddress> complaining(FeedbackReport report, Spoken arrived) {
        List<EmailAddress> named = report.originalRecipients().stream()
                .flatMap(text -> find(text, arrived.recipients()).stream())
                .distinct()
                .toList();
        return named.isEmpty()
                ? arrived.only().filter(only -> isHidden(report, only)).stream().toList()
                : named;
    }

    /** Most providers leave the address out, or its local part (RFC 6590); one elsewhere is at the end of a forward. */
    private static boolean isHidden(FeedbackReport report, EmailAddress only) {
        return report.originalRecipients().stream()
                .allMatch(text -> EmailAddress.parse(text)
                        .map(address -> address.domain().equals(only.domain()))
                        .orElse(true));
    }

    private static Optional<EmailAddress> find(String text, List<RecipientStatus> recipients) {
        // RFC 3461 §4.2: some servers give the original recipient back encoded as they got it.
        return among(text, recipients).or(() -> among(withoutXtext(text), recipients));
    }

    private static String withoutXtext(String text) {
        return XTEXT.matcher(text)
                .replaceAll(one -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(one.group(1), 16))));
    }

    private static Optional<EmailAddress> among(String text, List<RecipientStatus> recipients) {
        return EmailAddress.parse(text)
                .flatMap(address -> recipients.stream()
                        .map(RecipientStatus::address)
                        .filter(recipient -> recipient.canonical().equals(address.canonical()))
                        .findFirst());
    }
}
