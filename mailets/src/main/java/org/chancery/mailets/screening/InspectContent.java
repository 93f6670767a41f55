package org.chancery.mailets.screening;

import jakarta.mail.MessagingException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.mailet.Mail;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.Signal;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into the mail as it was received, and keeps what was found with it. Decides nothing: what becomes of a dangerous mail,
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
        List<EmailAddress> recipients = MailAddresses.fromJames(mail.getRecipients());
        if (!received.found().content().keySet().containsAll(recipients)) {
            look(received, recipients);
        }
        Map<EmailAddress, ContentFindings> findings =
                new LinkedHashMap<>(received.found().content());
        findings.keySet().retainAll(recipients);
        say(mail, findings);
    }

    private void look(Received received, List<EmailAddress> recipients) {
        Map<EmailAddress, ContentFindings> findings = inspector.inspect(received, recipients);
        received.found().content(findings);
        Set<ContentFindings> different = new LinkedHashSet<>(findings.values());
        figures.count(different);
        for (ContentFindings one : different) {
            if (!one.all().isEmpty()) {
                LOG.info("{} is {}: {}", received.spooled().id(), verdict(one), signs(one));
            }
        }
    }

    /** What was found for one recipient only, by the names in a workspace, is no other's business. */
    private static void say(Mail mail, Map<EmailAddress, ContentFindings> findings) {
        if (new HashSet<>(findings.values()).size() == 1) {
            ContentFindings same = findings.values().iterator().next();
            Verdicts.say(mail, verdict(same), signs(same));
        } else {
            findings.forEach((recipient, found) -> Verdicts.say(mail, recipient, verdict(found), signs(found)));
        }
    }

    /** Names only: what they found may quote the mail. */
    private static String signs(ContentFindings findings) {
        return findings.all().stream().map(Signal::name).distinct().collect(Collectors.joining(", "));
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
