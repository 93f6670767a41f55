package org.chancery.server.report;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.DeliveryReport;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;

/**
 * What kind of mail it is: precision and recall of each label. The items have no envelope; a reverse-path that is not null is
 * the harder case.
 */
final class KindMeasure implements Measure {
    static final ReversePath SOMEBODY = ReversePath.of(EmailAddress.of("somebody@example.com"));
    private static final List<String> LABELS =
            List.of("human", "auto_reply", "bounce", "feedback_report", "delivery_report");

    @Override
    public void take(Item item, Tally tally) throws IOException {
        String expected = item.text("label").orElse("");
        String found = label(item);
        tally.expect("accuracy");
        LABELS.forEach(label -> tally.expect("precision " + label, "recall " + label));
        tally.count("accuracy", item, found.equals(expected));
        tally.count("recall " + expected, item, found.equals(expected));
        tally.count("precision " + found, item, found.equals(expected));
    }

    /**
     * Whether the item is taken for a person's mail. A body without a header section gets one that says nothing of its kind,
     * as if it had come to a return path, where bodies are looked into.
     */
    static boolean isHuman(Item item) throws IOException {
        byte[] octets = item.octets();
        boolean isMail = item.text("input_kind").orElse("").equals("eml");
        if (isMail) {
            return MailClassifier.judge(octets, SOMEBODY).classification() == Classification.HUMAN;
        }
        byte[] header =
                "From: somebody@example.com\r\nSubject: Re: Hello\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] mail = Arrays.copyOf(header, header.length + octets.length);
        System.arraycopy(octets, 0, mail, header.length, octets.length);
        MessageHeader read = MessageReader.header(new ByteArrayInputStream(mail));
        return MailClassifier.judge(read, SOMEBODY, true, () -> new ByteArrayInputStream(mail))
                        .classification()
                == Classification.HUMAN;
    }

    private static String label(Item item) throws IOException {
        return switch (MailClassifier.judge(item.octets(), SOMEBODY).classification()) {
            case HUMAN -> "human";
            case AUTO_REPLY -> "auto_reply";
            case COMPLAINT -> "feedback_report";
            case LIST -> "list";
            case BULK -> "bulk";
            case BOUNCE -> {
                Optional<DeliveryReport> report = DeliveryReport.read(item.stream());
                yield report.isPresent() && report.get().isOfSuccess() ? "delivery_report" : "bounce";
            }
        };
    }
}
