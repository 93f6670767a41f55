package org.chancery.core.mail;

import java.util.Optional;

/**
 * Where bounces go: the argument of MAIL FROM (RFC 5321 §4.1.1.2). Never the originator in the {@code From:} header
 * field, and often null: notifications have no reverse-path, so that no server ever answers them (§4.5.5).
 */
public sealed interface ReversePath {

    /** The null reverse-path, {@code <>}. */
    record Null() implements ReversePath {
        @Override
        public Optional<EmailAddress> mailbox() {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "<>";
        }
    }

    /** A mailbox that takes bounces. */
    record Mailbox(EmailAddress address) implements ReversePath {
        @Override
        public Optional<EmailAddress> mailbox() {
            return Optional.of(address);
        }

        @Override
        public String toString() {
            return "<" + address + ">";
        }
    }

    /** The null reverse-path. */
    ReversePath NULL = new Null();

    static ReversePath of(EmailAddress address) {
        return new Mailbox(address);
    }

    /** The address, or empty for the null reverse-path. */
    Optional<EmailAddress> mailbox();
}
