package org.chancery.mailets.report;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.mailet.Mail;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.queue.ReportMail;
import org.chancery.core.report.ReturnedReport;
import org.chancery.core.report.ReturnedReports.Came;
import org.chancery.core.report.ReturnedReports.Recorded;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;

/**
 * Records what a bounce or a complaint says of mail that we sent. The mail itself goes on as it would without; done again, it
 * changes nothing. Of what is held back only that counts which came to a return path: a server may return what it took for
 * dangerous.
 */
public final class RecordDeliveryReport extends PlainMailet {
    private final BiFunction<Came, ReturnedReport, Recorded> reports;

    /** @param reports {@code ReturnedReports::record} */
    public RecordDeliveryReport(BiFunction<Came, ReturnedReport, Recorded> reports) {
        this.reports = reports;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in can be a report"));
        Classification kind = MailAttributes.classification(mail).orElse(Classification.HUMAN);
        boolean isReport = kind == Classification.BOUNCE || kind == Classification.COMPLAINT;
        Optional<ReturnedReport> report = isReport ? read(received, kind) : Optional.empty();
        if (report.isEmpty()) {
            Verdicts.say(mail, isReport ? "unread" : "no_report", "");
            return;
        }
        for (EmailAddress recipient : MailAddresses.fromJames(mail.getRecipients())) {
            boolean isHeld = received.screening().suspicion(recipient).isPresent();
            if (isHeld && !ReturnPaths.isReturnPath(recipient.localPart())) {
                Verdicts.say(mail, recipient, "ignored", "it is held back, and did not come to a return path");
            } else {
                Came came = new Came(
                        new ReportMail(
                                received.spooled().id(),
                                received.raw(),
                                received.spooled().size()),
                        recipient,
                        received.authentication());
                say(mail, recipient, reports.apply(came, report.get()));
            }
        }
    }

    private static Optional<ReturnedReport> read(Received received, Classification kind) {
        try (InputStream in = received.spooled().open()) {
            return ReturnedReport.read(kind, in);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + received.spooled().id(), e);
        }
    }

    private static void say(Mail mail, EmailAddress recipient, Recorded recorded) {
        String verdict = switch (recorded) {
            case Recorded.Bounces ignored -> "bounced";
            case Recorded.Complaint ignored -> "complaint";
            case Recorded.Nothing ignored -> "ignored";
        };
        Verdicts.say(mail, recipient, verdict, recorded.reason());
    }
}
