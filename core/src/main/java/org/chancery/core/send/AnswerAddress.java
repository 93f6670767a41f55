package org.chancery.core.send;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.RawMailStore;

/** Where a stranger's mail asks to be answered (RFC 5322 §3.6.2). */
final class AnswerAddress {
    private AnswerAddress() {}

    /** Whether that is a domain which is neither the sender's nor above or below it. */
    static boolean leadsElsewhere(Inbound mail, RawMailStore raw) {
        try (InputStream in = raw.open(mail.facts().raw())) {
            return leadsElsewhere(mail.facts().from(), MessageReader.header(in).replyTo());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean leadsElsewhere(Mailbox from, List<Mailbox> replyTo) {
        Optional<String> own = from.emailAddress().map(EmailAddress::domain);
        return replyTo.stream()
                .map(Mailbox::emailAddress)
                .flatMap(Optional::stream)
                .map(EmailAddress::domain)
                .anyMatch(named ->
                        own.filter(domain -> isOneOwners(domain, named)).isEmpty());
    }

    private static boolean isOneOwners(String domain, String other) {
        return domain.equals(other) || isBelow(domain, other) || isBelow(other, domain);
    }

    private static boolean isBelow(String lower, String upper) {
        return upper.indexOf('.') > 0 && lower.endsWith('.' + upper);
    }
}
