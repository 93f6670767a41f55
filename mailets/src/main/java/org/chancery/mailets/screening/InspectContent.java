package org.chancery.mailets.screening;

import jakarta.mail.MessagingException;
import java.util.stream.Collectors;
import org.apache.mailet.Mail;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.Signal;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into the mail as it was received, and keeps what was found as an attribute. Decides nothing: what becomes of a dangerous mail,
 * or of one that phishes, is said by the steps behind. Done again, it changes nothing.
 */
public final class InspectContent extends PlainMailet {
    private static final Logger LOG = LoggerFactory.getLogger(InspectContent.class);

    private final ContentInspector inspector;
    private final ContentFigures figures;

    public InspectContent(ContentInspector inspector, ContentFigures figures) {
        this.inspector = inspector;
        this.figures = figures;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in is looked into"));
        if (MailAttributes.contentFindings(mail).isPresent()) {
            Verdicts.say(mail, "repeat", "");
            return;
        }
        ContentFindings findings = inspector.inspect(received.spooled(), received.header());
        MailAttributes.contentFindings(mail, findings);
        figures.count(findings);
        // Names of signs only: what they found may quote the mail.
        String signs = findings.all().stream().map(Signal::name).distinct().collect(Collectors.joining(", "));
        Verdicts.say(mail, verdict(findings), signs);
        if (!signs.isEmpty()) {
            LOG.info("{} is {}: {}", received.spooled().id(), verdict(findings), signs);
        }
    }

    private static String verdict(ContentFindings findings) {
        if (findings.isDangerous()) {
            return "dangerous";
        }
        if (findings.isPhishing()) {
            return "phishing";
        }
        return findings.weighing().isEmpty() ? "clean" : "suspicious";
    }
}
