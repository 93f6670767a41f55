package org.chancery.mailets.quarantine;

import jakarta.mail.MessagingException;
import java.util.EnumSet;
import java.util.Set;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.quarantine.ScreeningFacts;
import org.chancery.core.quarantine.ScreeningFacts.Addressed;
import org.chancery.core.quarantine.ScreeningFacts.Evidence;
import org.chancery.core.quarantine.ScreeningPolicy;
import org.chancery.core.quarantine.ScreeningVerdict;
import org.chancery.core.screening.SenderIdentity;
import org.chancery.core.screening.SpamScore;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.Received;
import org.chancery.mailets.ScreeningRecord;
import org.chancery.mailets.trace.Verdicts;

/**
 * Asks for each recipient whether the mail is to be quarantined, for the reasons that {@code <reasons>} names. It decides
 * nothing about where the mail goes: {@link Suspect} matches those for whom it is. A mail that a person let out of quarantine
 * is not screened again.
 */
public final class Screen extends GenericMailet {
    static final String REASONS = "reasons";

    private final Recipients recipients;
    private Set<Reason> reasons = EnumSet.noneOf(Reason.class);

    /** {@code Screening::addressed}. */
    @FunctionalInterface
    public interface Recipients {
        Addressed find(EmailAddress recipient, Evidence evidence);
    }

    public Screen(Recipients recipients) {
        this.recipients = recipients;
    }

    @Override
    public void init() throws MessagingException {
        checkInitParameters(Set.of(REASONS));
        reasons = Reasons.parse(getInitParameter(REASONS, ""));
    }

    /** What it looks for. */
    public Set<Reason> reasons() {
        return Set.copyOf(reasons);
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in is screened"));
        ScreeningRecord screening = received.screening();
        if (screening.isReleased()) {
            Verdicts.say(mail, "released", "a person let it out of quarantine");
            return;
        }
        int suspect = 0;
        for (EmailAddress recipient : MailAddresses.fromJames(mail.getRecipients())) {
            Set<Reason> open = screening.missing(recipient);
            open.retainAll(reasons);
            Evidence evidence = EvidenceOf.mail(mail, received, recipient, open);
            suspect += screen(mail, received, evidence, recipient, open) ? 1 : 0;
        }
        if (suspect == 0) {
            Verdicts.say(mail, "passed", "");
        }
    }

    /** Whether something speaks against it. */
    private boolean screen(Mail mail, Received received, Evidence evidence, EmailAddress recipient, Set<Reason> open) {
        Addressed addressed = received.screening().addressed(recipient, () -> recipients.find(recipient, evidence));
        SpamScore spam = MailAttributes.spamScores(mail).get(recipient);
        ScreeningVerdict verdict = ScreeningPolicy.screen(new ScreeningFacts(evidence, spam, addressed), open);
        received.screening().settle(recipient, open);
        return switch (verdict) {
            case ScreeningVerdict.Passed ignored -> false;
            case ScreeningVerdict.Suspect found -> {
                received.screening().suspect(recipient, found.suspicion());
                Verdicts.say(mail, recipient, found.suspicion().reason().text(), why(found, evidence));
                yield true;
            }
        };
    }

    /** What may be said in a trace, where nothing stands that the mail says. */
    private static String why(ScreeningVerdict.Suspect found, Evidence evidence) {
        return found.suspicion().reason() == Reason.UNKNOWN_SENDER
                        && evidence.sender() instanceof SenderIdentity.Unproven unproven
                ? unproven.reason()
                : "";
    }

    @Override
    public String getMailetInfo() {
        return "Screen";
    }
}
