package org.chancery.mailets.mail;

import jakarta.mail.MessagingException;
import org.apache.mailet.Mail;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.MailClassifier;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;

/**
 * Tells a human's mail from automatic mail of all kinds, by its header as it was received, and keeps the answer as the
 * attribute {@code chancery.classification}.
 */
public final class Classify extends PlainMailet {

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in is classified"));
        Classification classification = MailClassifier.classify(
                received.header(), received.spooled().envelope().reversePath());
        MailAttributes.classification(mail, classification);
        Verdicts.say(mail, classification.text(), "");
    }
}
