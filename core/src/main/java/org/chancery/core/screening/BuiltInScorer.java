package org.chancery.core.screening;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.screening.Correspondence.Acquaintance;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/**
 * Scores a mail by named signs of its own ({@link SpamSign}), by what a workspace knows of the sender, and by likeness to what its people
 * accepted and rejected.
 */
public final class BuiltInScorer implements SpamScorer {
    /** The ids looked up of a mail that names hundreds; a mail program puts what it answers last. */
    private static final int MAX_IDS = 10;

    private final Transactions transactions;
    private final Correspondence correspondence;
    private final LessonRepository lessons;

    public BuiltInScorer(Transactions transactions, Correspondence correspondence, LessonRepository lessons) {
        this.transactions = transactions;
        this.correspondence = correspondence;
        this.lessons = lessons;
    }

    @Override
    public Map<EmailAddress, SpamScore> score(Candidate mail, List<Destination> destinations) {
        MessageContent content = mail.content().get();
        List<Signal> common = SpamSigns.find(new SpamFacts(
                mail.scanned().arrival(), mail.header(), content, mail.classification(), mail.authentication()));
        MailTokens tokens = MailTokens.of(mail.header(), content);
        SenderIdentity sender = sender(mail);
        return transactions.in(tx -> {
            Map<WorkspaceId, List<Signal>> known = new HashMap<>();
            Map<EmailAddress, SpamScore> scores = new LinkedHashMap<>();
            for (Destination destination : destinations) {
                List<Signal> signals = SpamSigns.beside(common, destination.findings());
                signals.addAll(known.computeIfAbsent(
                        destination.workspace(), workspace -> inWorkspace(tx, workspace, sender, tokens)));
                signals.addAll(ofRecipient(tx, mail, destination));
                scores.put(destination.recipient(), SpamScore.of(signals));
            }
            return scores;
        });
    }

    /** Who may write from which of our addresses was asked when our own mail was sent. */
    private static SenderIdentity sender(Candidate mail) {
        if (mail.scanned().arrival().isLocal()) {
            return mail.header().from().stream()
                    .findFirst()
                    .flatMap(Mailbox::emailAddress)
                    .map(SenderIdentity::ours)
                    .orElseGet(() -> new SenderIdentity.Unproven("there is no sender in From"));
        }
        return SenderIdentity.of(mail.header(), mail.envelope().reversePath(), mail.authentication());
    }

    private List<Signal> inWorkspace(Tx tx, WorkspaceId workspace, SenderIdentity sender, MailTokens tokens) {
        List<Signal> found = new ArrayList<>();
        found.add(acquaintance(tx, workspace, sender));
        var mails = lessons.mails(tx, workspace);
        if (Math.min(mails.ham(), mails.spam()) >= Bayes.MIN_LESSONS) {
            Map<Long, String> hashed = tokens.hashed(workspace);
            Bayes.judge(hashed, lessons.tokens(tx, workspace, hashed.keySet()), mails)
                    .ifPresent(found::add);
        }
        return found;
    }

    /** An address that may be borrowed is a stranger's, whoever it belongs to. */
    private Signal acquaintance(Tx tx, WorkspaceId workspace, SenderIdentity sender) {
        Acquaintance acquaintance = switch (sender) {
            case SenderIdentity.Believed believed -> correspondence.with(tx, workspace, believed.address());
            case SenderIdentity.Unproven unproven -> Acquaintance.STRANGER;
        };
        return switch (acquaintance) {
            case STRANGER -> SpamSign.FIRST_CONTACT.found("no mail of this sender was let in before");
            case KNOWN -> SpamSign.KNOWN_SENDER.found("mail of this sender was let in before");
            case CORRESPONDENT -> SpamSign.CORRESPONDENT.found("a mail of this sender was answered");
        };
    }

    private List<Signal> ofRecipient(Tx tx, Candidate mail, Destination destination) {
        List<Signal> found = new ArrayList<>();
        List<InternetMessageId> ids = answered(mail);
        if (!ids.isEmpty() && correspondence.isOurs(tx, destination.endpoint(), ids)) {
            found.add(SpamSign.REPLY_TO_OURS.found("answers a mail that was sent from here"));
        }
        Optional<Signal> ofRecipient = HeaderSigns.ofRecipient(mail.header(), destination.recipient());
        ofRecipient.ifPresent(found::add);
        return found;
    }

    private static List<InternetMessageId> answered(Candidate mail) {
        List<InternetMessageId> references = new ArrayList<>(mail.header().references());
        Collections.reverse(references);
        List<InternetMessageId> ids = new ArrayList<>(mail.header().inReplyTo());
        ids.addAll(references);
        return ids.stream().distinct().limit(MAX_IDS).toList();
    }
}
