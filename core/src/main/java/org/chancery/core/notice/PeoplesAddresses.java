package org.chancery.core.notice;

import java.util.Optional;
import java.util.function.Predicate;
import org.chancery.core.access.User;
import org.chancery.core.mail.EmailAddress;

/** Where people read mail that does not come to us: a notice to an endpoint could wait for the person itself. */
final class PeoplesAddresses {
    private final Predicate<String> isHosted;

    /** @param isHosted whether mail for a domain comes to us */
    PeoplesAddresses(Predicate<String> isHosted) {
        this.isHosted = isHosted;
    }

    /** The first owner's address may be one that nobody gave, at localhost. */
    static Optional<EmailAddress> of(User person) {
        return EmailAddress.parse(person.email())
                .filter(address -> address.domain().indexOf('.') > 0);
    }

    /** Asked outside of transactions only, for the domains may have to be read again. */
    Optional<EmailAddress> elsewhere(User person) {
        return of(person).filter(address -> !isHosted.test(address.domain()));
    }
}
