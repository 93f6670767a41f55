package org.chancery.mailets.screening;

import jakarta.mail.MessagingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.mailet.Mail;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.SpamScorer;
import org.chancery.core.screening.SpamScorer.Candidate;
import org.chancery.core.screening.SpamScorer.Destination;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says for each recipient how much the mail looks like spam, and keeps the answer on the mail. What is done about it, the policy of the
 * endpoint decides.
 */
public final class SpamScore extends PlainMailet {
    private static final Logger LOG = LoggerFactory.getLogger(SpamScore.class);

    /** What is named in the trace; all of them stand in the content. */
    private static final int NAMED = 8;

    private final Scoring scoring;
    private final Function<EmailAddress, Handling> resolver;

    /** Where scores come from and go to. */
    public record Scoring(SpamScorer scorer, Keeping kept, SpamFigures figures) {}

    /** {@code SpamScores::keep}. */
    @FunctionalInterface
    public interface Keeping {
        void keep(SpoolId mail, Map<EndpointId, org.chancery.core.screening.SpamScore> scores);
    }

    /** @param resolver {@code HandlerResolver::resolve} */
    public SpamScore(Scoring scoring, Function<EmailAddress, Handling> resolver) {
        this.scoring = scoring;
        this.resolver = resolver;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in is scored"));
        if (received.screening().isReleased()) {
            Verdicts.say(mail, "released", "a person let it out of quarantine");
            return;
        }
        List<EmailAddress> recipients = MailAddresses.fromJames(mail.getRecipients());
        if (!received.found().scores().keySet().containsAll(recipients)) {
            score(mail, received, recipients);
        }
        Map<EmailAddress, org.chancery.core.screening.SpamScore> scores =
                new LinkedHashMap<>(received.found().scores());
        scores.keySet().retainAll(recipients);
        say(mail, scores);
    }

    private void score(Mail mail, Received received, List<EmailAddress> recipients) {
        List<Destination> destinations = recipients.stream()
                .map(recipient -> destination(mail, received.handling(recipient, resolver), recipient))
                .toList();
        Map<EmailAddress, org.chancery.core.screening.SpamScore> scores =
                scoring.scorer().score(candidate(mail, received), destinations);
        SpoolId id = received.spooled().id();
        keep(id, destinations, scores);
        // Only now: the next try of a mail whose scores could not be kept finds them out, and keeps them.
        received.found().scores(scores);
        scores.values().forEach(scoring.figures()::count);
        LOG.info(
                "{} has spam score {}",
                id,
                scores.values().stream().map(SpamScore::verdict).distinct().collect(Collectors.joining(", ")));
    }

    private static Destination destination(Mail mail, Handling handling, EmailAddress recipient) {
        return new Destination(
                recipient,
                handling.workspace(),
                handling.endpoint(),
                MailAttributes.contentFindings(mail).getOrDefault(recipient, ContentFindings.NONE));
    }

    private static Candidate candidate(Mail mail, Received received) {
        Classification classification = MailAttributes.classification(mail)
                .orElseGet(() -> MailClassifier.classify(
                        received.header(), received.spooled().envelope().reversePath()));
        return new Candidate(
                received.scanned(),
                received.spooled().envelope(),
                received.header(),
                received::content,
                classification,
                MailAttributes.authentication(mail));
    }

    private void keep(
            SpoolId id,
            List<Destination> destinations,
            Map<EmailAddress, org.chancery.core.screening.SpamScore> scores) {
        Map<EndpointId, org.chancery.core.screening.SpamScore> byEndpoint = new LinkedHashMap<>();
        for (Destination destination : destinations) {
            var score = scores.get(destination.recipient());
            if (score != null) {
                byEndpoint.putIfAbsent(destination.endpoint(), score);
            }
        }
        scoring.kept().keep(id, byEndpoint);
    }

    /** Names and weights only: details may quote the mail. */
    private static void say(Mail mail, Map<EmailAddress, org.chancery.core.screening.SpamScore> scores) {
        scores.forEach((recipient, score) -> {
            if (scores.size() > 1) {
                Verdicts.say(mail, recipient, verdict(score), reason(score));
            } else {
                Verdicts.say(mail, verdict(score), reason(score));
            }
        });
    }

    private static String verdict(org.chancery.core.screening.SpamScore score) {
        return score.isKnown() ? number(score.score()) : "unknown";
    }

    private static String reason(org.chancery.core.screening.SpamScore score) {
        String named = score.signals().stream()
                .limit(NAMED)
                .map(signal -> signal.name() + ' ' + number(signal.score()))
                .collect(Collectors.joining(", "));
        int others = score.signals().size() - NAMED;
        return others > 0 ? named + ", and " + others + " more" : named;
    }

    private static String number(double score) {
        return String.format(Locale.ROOT, "%.1f", score);
    }
}
