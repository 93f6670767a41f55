package org.chancery.core.report;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.DeliveryReport;
import org.chancery.core.mail.FeedbackReport;
import org.chancery.core.mail.InternetMessageId;
import org.jspecify.annotations.Nullable;

/** What a mail that came back says. <i>Trusts:</i> nothing; {@link ReturnedReports} decides what of it counts. */
public sealed interface ReturnedReport {

    /** The Message-ID of the mail that it is about, where it says so. */
    @Nullable
    InternetMessageId original();

    /** What became of a delivery. */
    record OfDelivery(DeliveryReport report) implements ReturnedReport {
        @Override
        public @Nullable InternetMessageId original() {
            return report.originalMessage();
        }
    }

    /** That somebody called it spam. */
    record OfComplaint(FeedbackReport report) implements ReturnedReport {
        @Override
        public @Nullable InternetMessageId original() {
            return report.originalMessage();
        }
    }

    /** Reads a mail of that kind; empty where it is no report. Reads a bounded part of it. */
    static Optional<ReturnedReport> read(Classification kind, InputStream mail) throws IOException {
        return switch (kind) {
            case BOUNCE -> DeliveryReport.read(mail).map(OfDelivery::new);
            case COMPLAINT -> FeedbackReport.read(mail).map(OfComplaint::new);
            case HUMAN, AUTO_REPLY, LIST, BULK -> Optional.empty();
        };
    }
}
