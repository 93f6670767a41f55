package org.chancery.server.report;

import java.io.IOException;
import java.util.Optional;
import org.chancery.core.mail.ForwardedMail;
import org.chancery.core.mail.Mailbox;

/**
 * Forwards: {@code f1} with {@code precision} and {@code recall} of their detection; sender, subject and the message above of
 * those that are forwards; {@code human}, the items not taken for automatic mail. The body is all there is to go by: the items have no subject of the forwarding mail.
 */
final class ForwardMeasure implements Measure {

    @Override
    public void take(Item item, Tally tally) throws IOException {
        Optional<ForwardedMail> found = ForwardedMail.find(item.inputText());
        boolean isForward = item.flag("is_forward");
        tally.expect("f1", "precision", "recall", "sender", "subject", "message", "human");
        tally.count("human", item, KindMeasure.isHuman(item));
        if (found.isPresent() || isForward) {
            boolean both = found.isPresent() && isForward;
            tally.count("f1", item, both ? 2 : 0, both ? 2 : 1);
        }
        if (found.isPresent()) {
            tally.count("precision", item, isForward);
        }
        if (isForward) {
            tally.count("recall", item, found.isPresent());
            item.text("forwarded_from").ifPresent(from -> tally.count("sender", item, from.equals(sender(found))));
            item.text("forwarded_subject")
                    .ifPresent(subject -> tally.count(
                            "subject",
                            item,
                            subject.equals(found.map(ForwardedMail::subject).orElse(null))));
            item.text("message")
                    .ifPresent(message -> tally.count(
                            "message",
                            item,
                            found.isPresent()
                                    && ReplyMeasure.words(found.get().message()).equals(ReplyMeasure.words(message))));
        }
    }

    private static String sender(Optional<ForwardedMail> found) {
        return found.flatMap(mail -> Optional.ofNullable(mail.from()))
                .map(Mailbox::address)
                .orElse("");
    }
}
