package org.chancery.mailets;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.send.SendPolicy.Verdict;

/**
 * The attributes that our mailets put on a mail. {@code chancery.classification}, {@code chancery.spf}, {@code .dkim},
 * {@code .dmarc} and {@code .arc} are text, so that stock matchers such as
 * {@code HasMailAttributeWithValue=chancery.classification,bounce} can look at them; the others are for ours only.
 */
public final class MailAttributes {
    private static final AttributeName RECEIVED = AttributeName.of("chancery.received");
    private static final AttributeName DEPARTING = AttributeName.of("chancery.departing");
    private static final AttributeName SPF = AttributeName.of("chancery.spf");
    private static final AttributeName DKIM = AttributeName.of("chancery.dkim");
    private static final AttributeName DMARC = AttributeName.of("chancery.dmarc");
    private static final AttributeName ARC = AttributeName.of("chancery.arc");
    private static final AttributeName CLASSIFICATION = AttributeName.of("chancery.classification");
    private static final AttributeName HANDLINGS = AttributeName.of("chancery.handlings");
    private static final AttributeName VERDICT = AttributeName.of("chancery.verdict");

    private MailAttributes() {}

    public static Attribute of(Received received) {
        return RECEIVED.withValue(AttributeValue.ofUnserializable(received));
    }

    public static Attribute of(Departing departing) {
        return DEPARTING.withValue(AttributeValue.ofUnserializable(departing));
    }

    /** What came in; empty for a mail that leaves. */
    public static Optional<Received> received(Mail mail) {
        return value(mail, RECEIVED, Received.class);
    }

    /** What leaves; empty for a mail that came in. */
    public static Optional<Departing> departing(Mail mail) {
        return value(mail, DEPARTING, Departing.class);
    }

    /** What is known of who sent the mail; {@code NONE} before that was looked at. */
    public static AuthenticationResults authentication(Mail mail) {
        return received(mail).map(Received::authentication).orElse(AuthenticationResults.NONE);
    }

    /** The verdicts as one word each, for stock matchers. */
    public static void setWords(Mail mail, AuthenticationResults results) {
        mail.setAttribute(SPF.withValue(AttributeValue.of(results.spf().result().text())));
        mail.setAttribute(DKIM.withValue(AttributeValue.of(results.dkim().text())));
        mail.setAttribute(
                DMARC.withValue(AttributeValue.of(results.dmarc().result().text())));
        mail.setAttribute(ARC.withValue(AttributeValue.of(results.arc().result().text())));
    }

    public static Optional<Classification> classification(Mail mail) {
        return value(mail, CLASSIFICATION, String.class)
                .flatMap(text -> Arrays.stream(Classification.values())
                        .filter(one -> one.text().equals(text))
                        .findFirst());
    }

    public static void classification(Mail mail, Classification classification) {
        mail.setAttribute(CLASSIFICATION.withValue(AttributeValue.of(classification.text())));
    }

    /** What was found in the content, by recipient; empty before it was looked into. */
    public static Map<EmailAddress, ContentFindings> contentFindings(Mail mail) {
        return received(mail).map(one -> one.found().content()).orElse(Map.of());
    }

    /** Who handles the mail, by recipient; empty before that is resolved. */
    @SuppressWarnings("unchecked") // only the setter below writes it
    public static Map<EmailAddress, Handling> handlings(Mail mail) {
        return (Map<EmailAddress, Handling>) value(mail, HANDLINGS, Map.class).orElse(Map.of());
    }

    public static void handlings(Mail mail, Map<EmailAddress, Handling> handlings) {
        mail.setAttribute(HANDLINGS.withValue(AttributeValue.ofUnserializable(Map.copyOf(handlings))));
    }

    /** How much the mail looks like spam, by recipient; empty before that is scored. */
    public static Map<EmailAddress, SpamScore> spamScores(Mail mail) {
        return received(mail).map(one -> one.found().scores()).orElse(Map.of());
    }

    /** What the send policy said; empty before it was asked. */
    public static Optional<Verdict> verdict(Mail mail) {
        return value(mail, VERDICT, Verdict.class);
    }

    public static void verdict(Mail mail, Verdict verdict) {
        mail.setAttribute(VERDICT.withValue(AttributeValue.ofUnserializable(verdict)));
    }

    private static <T> Optional<T> value(Mail mail, AttributeName name, Class<T> type) {
        return mail.getAttribute(name).flatMap(attribute -> attribute.getValue().valueAs(type));
    }
}
