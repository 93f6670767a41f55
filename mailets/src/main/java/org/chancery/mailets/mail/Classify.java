package org.chancery.mailets.mail;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.mailet.Mail;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.spool.SpooledMail;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;

/**
 * Tells a human's mail from automatic mail of all kinds, by its header as it was received and, where that leaves it open, by
 * what its body says of a delivery; keeps the answer as the attribute {@code chancery.classification}.
 */
public final class Classify extends PlainMailet {

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in is classified"));
        MailClassifier.Verdict verdict = judge(received);
        MailAttributes.classification(mail, verdict.classification());
        Verdicts.say(mail, verdict.classification().text(), "");
    }

    private static MailClassifier.Verdict judge(Received received) {
        SpooledMail spooled = received.spooled();
        boolean atReturnPath = spooled.envelope().recipients().stream()
                .anyMatch(recipient -> ReturnPaths.isReturnPath(recipient.localPart()));
        try {
            return MailClassifier.judge(
                    received.header(), spooled.envelope().reversePath(), atReturnPath, spooled::open);
        } catch (IOException e) {
            throw new UncheckedIOException("reading the body of " + spooled.id(), e);
        }
    }
}
