package org.chancery.server.report;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.DeliveryReport;
import org.chancery.core.mail.MailClassifier;

/**
 * Bounces: {@code recall} and {@code precision} of telling them from other mail; of those that are, precision and recall of
 * <i>hard</i> (address or host gone or moved, for at least one recipient); {@code recipients}, the named ones all and no other.
 */
final class BounceMeasure implements Measure {
    private static final Set<String> BOUNCES = Set.of("hard", "soft", "mixed");

    @Override
    public void take(Item item, Tally tally) throws IOException {
        String kind = item.text("bounce_class").orElse("");
        boolean isBounce = BOUNCES.contains(kind);
        tally.expect("recall", "precision", "hard precision", "hard recall", "recipients");
        Optional<DeliveryReport> report = DeliveryReport.read(item.stream());
        boolean found =
                MailClassifier.judge(item.octets(), KindMeasure.SOMEBODY).classification() == Classification.BOUNCE
                        && !report.map(DeliveryReport::isOfSuccess).orElse(false);
        if (isBounce) {
            tally.count("recall", item, found);
        }
        if (found) {
            tally.count("precision", item, isBounce);
        }
        boolean isHard = isBounce && !kind.equals("soft");
        boolean foundHard = found && report.map(DeliveryReport::isHard).orElse(false);
        if (foundHard) {
            tally.count("hard precision", item, isHard);
        }
        if (isHard) {
            tally.count("hard recall", item, foundHard);
        }
        List<String> recipients = item.texts("recipients");
        if (!recipients.isEmpty()) {
            tally.count("recipients", item, lower(recipients).equals(lower(addresses(report))));
        }
    }

    private static List<String> addresses(Optional<DeliveryReport> report) {
        return report.map(DeliveryReport::recipients).orElse(List.of()).stream()
                .map(DeliveryReport.Recipient::finalRecipient)
                .toList();
    }

    private static Set<String> lower(List<String> addresses) {
        Set<String> lower = new TreeSet<>();
        addresses.forEach(address -> lower.add(address.toLowerCase(Locale.ROOT)));
        return lower;
    }
}
