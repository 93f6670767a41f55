package org.chancery.core.screening;

import java.util.ArrayList;
import java.util.List;

/**
 * What the inspection of a mail's content came to.
 *
 * @param dangerousAttachments what is dangerous by itself: one of them is enough for the quarantine
 * @param phishing signs of a mail that pretends; none is enough alone
 * @param suspicions what about the attachments is odd, and adds to the spam score only
 */
public record ContentFindings(List<Signal> dangerousAttachments, List<Signal> phishing, List<Signal> suspicions) {
    public static final ContentFindings NONE = new ContentFindings(List.of(), List.of(), List.of());

    /**
     * The weight of all phishing signs from which a mail is taken for one. No sign weighs as much, so that it always takes
     * two that do not follow from each other: a newsletter has tracking links, a receipt says "confirm", an own link
     * shortener is met in honest mail; a mail with a borrowed name and a link that lies is no accident.
     */
    public static final double PHISHING = 6.0;

    public ContentFindings {
        dangerousAttachments = List.copyOf(dangerousAttachments);
        phishing = List.copyOf(phishing);
        suspicions = List.copyOf(suspicions);
    }

    public ContentFindings(List<Signal> dangerousAttachments, List<Signal> phishing) {
        this(dangerousAttachments, phishing, List.of());
    }

    /** Whether the mail carries something that nobody should open. */
    public boolean isDangerous() {
        return !dangerousAttachments.isEmpty();
    }

    /** Whether the signs together make it a mail that wants to be taken for somebody else's. */
    public boolean isPhishing() {
        return Signal.sum(phishing) >= PHISHING;
    }

    /** What adds to the mail's spam score. */
    public List<Signal> weighing() {
        List<Signal> weighing = new ArrayList<>(phishing);
        weighing.addAll(suspicions);
        return List.copyOf(weighing);
    }

    /** Everything that was found, the worst first. */
    public List<Signal> all() {
        List<Signal> all = new ArrayList<>(dangerousAttachments);
        all.addAll(weighing());
        return List.copyOf(all);
    }
}
