package org.chancery.core.send;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mailbox.Message.Inbound;

/** Which mail is copied, and to whom. Pure. */
final class CopyRules {
    /**
     * Says of a mail that it is a copy of ours; its body is the local part of the copy's return path, which nobody else can
     * sign. So a stranger cannot keep their mail from being copied, and a copy that comes back on whatever way is known.
     */
    static final String MARK = "X-Chancery-Copy";

    private CopyRules() {}

    /** The people who get a copy: none whose mail comes to us, and not whoever wrote the mail. */
    static List<EmailAddress> people(Endpoint endpoint, Inbound original, Predicate<String> isHosted) {
        Optional<EmailAddress> originator = original.facts().from().emailAddress();
        return endpoint.behaviour().deliverTo().stream()
                // A domain may have become ours after the endpoint was told of the address.
                .filter(person -> !isHosted.test(person.domain()))
                .filter(person -> originator.filter(person::equals).isEmpty())
                .toList();
    }

    /** Why a mail is not copied; empty where it is. */
    static Optional<String> obstacle(
            Classification classification, MessageHeader header, List<EmailAddress> people, ReturnPaths returnPaths) {
        if (people.isEmpty()) {
            return Optional.of("nobody is left to get it");
        }
        if (isOurCopy(header, returnPaths)) {
            return Optional.of("it is a copy of ours itself");
        }
        return switch (classification) {
            case HUMAN, LIST, BULK -> Optional.empty();
            // RFC 3834 §2: what answers or reports by itself would do so again.
            case AUTO_REPLY, BOUNCE, COMPLAINT -> Optional.of("it is automatic (" + classification.text() + ")");
        };
    }

    private static boolean isOurCopy(MessageHeader header, ReturnPaths returnPaths) {
        return header.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase(MARK))
                .anyMatch(field -> returnPaths.message(field.body().strip()).isPresent());
    }
}
