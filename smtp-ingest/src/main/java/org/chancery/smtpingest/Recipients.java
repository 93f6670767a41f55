package org.chancery.smtpingest;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.chancery.core.mail.EmailAddress;

/** The envelope recipients of a transaction: each once, in the order of the RCPT commands. */
final class Recipients {
    private final int most;
    private final Set<EmailAddress> addresses = new LinkedHashSet<>();

    Recipients(int most) {
        this.most = most;
    }

    boolean isEmpty() {
        return addresses.isEmpty();
    }

    /** Whether one more than there may be would be added. */
    boolean isTooMany(EmailAddress recipient) {
        return addresses.size() >= most && !addresses.contains(recipient);
    }

    void add(EmailAddress recipient) {
        addresses.add(recipient);
    }

    List<EmailAddress> list() {
        return List.copyOf(addresses);
    }
}
