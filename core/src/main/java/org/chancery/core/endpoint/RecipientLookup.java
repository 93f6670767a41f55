package org.chancery.core.endpoint;

import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;

/** Where a recipient belongs: asked at RCPT, and again by the pipeline. */
public interface RecipientLookup {

    Destination find(EmailAddress recipient);

    /** The answer. */
    sealed interface Destination {

        /** An endpoint that takes mail. */
        record Hosted(WorkspaceId workspace, EndpointId endpoint) implements Destination {}

        /** An endpoint that is switched off for now: 450 4.2.1. */
        record Disabled(WorkspaceId workspace, EndpointId endpoint) implements Destination {}

        /** {@code postmaster} or {@code abuse} of a hosted domain: always taken, for the admins (RFC 5321 §4.5.1). */
        record Admins(WorkspaceId workspace) implements Destination {}

        /** The return path of a mail that we sent, its signature valid. */
        record ReturnPath(MessageId message) implements Destination {}

        /** No address of ours at a domain of ours: 550 5.1.1. */
        record Unknown() implements Destination {}

        /** Not our domain: refused unless the session may submit. */
        record Foreign() implements Destination {}

        /** Cannot be told now, the database being away: 451 4.3.0, never 550. */
        record Away() implements Destination {}
    }
}
