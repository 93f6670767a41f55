package org.chancery.core.report;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.DeliveryReport;
import org.chancery.core.mail.FeedbackReport;
import org.chancery.core.mail.InternetMessageId;
import org.jspecify.annotations.Nullable;

/** What a mail that came back says. <i>Trusts:</i> nothing; {@link ReturnedReports} decides what of it counts. */
public sealed interface ReturnedReport {
    /** As much as is read of either kind. */
    int MAX_OCTETS = 1 << 20;

    /** The Message-ID of the mail that it is about, where it says so. */
    @Nullable
    InternetMessageId original();

    /** What in it looks like return paths: of the mail that it is about, where it shows the trace of that. */
    List<String> shownPaths();

    /** What became of a delivery. */
    record OfDelivery(DeliveryReport report, List<String> shownPaths) implements ReturnedReport {
        @Override
        public @Nullable InternetMessageId original() {
            return report.originalMessage();
        }
    }

    /** That somebody called it spam. */
    record OfComplaint(FeedbackReport report, List<String> shownPaths) implements ReturnedReport {
        @Override
        public @Nullable InternetMessageId original() {
            return report.originalMessage();
        }
    }

    /** Reads a mail of that kind; empty where it is no report. Reads a bounded part of it. */
    static Optional<ReturnedReport> read(Classification kind, InputStream mail) throws IOException {
        return switch (kind) {
            case BOUNCE -> {
                byte[] beginning = mail.readNBytes(MAX_OCTETS);
                yield DeliveryReport.read(new ByteArrayInputStream(beginning))
                        .map(report -> new OfDelivery(report, pathsIn(beginning)));
            }
            case COMPLAINT -> {
                byte[] beginning = mail.readNBytes(MAX_OCTETS);
                yield FeedbackReport.read(new ByteArrayInputStream(beginning))
                        .map(report -> new OfComplaint(report, pathsIn(report, beginning)));
            }
            case HUMAN, AUTO_REPLY, LIST, BULK -> Optional.empty();
        };
    }

    /** With the field that names it first, which may be encoded. */
    private static List<String> pathsIn(FeedbackReport report, byte[] mail) {
        String named = report.originalMailFrom();
        return Stream.concat(
                        named == null ? Stream.empty() : ReturnPaths.localPartsIn(named).stream(),
                        pathsIn(mail).stream())
                .distinct()
                .toList();
    }

    private static List<String> pathsIn(byte[] mail) {
        return ReturnPaths.localPartsIn(new String(mail, StandardCharsets.ISO_8859_1));
    }
}
