package org.chancery.core.mailbox;

import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.id.EndpointId;
import org.chancery.core.mail.EmailAddress;

/**
 * A way into an endpoint's mailbox, by which one mail is let in once: its own addresses all together, and each return path of what
 * it sent. A mail that comes to both in one transaction is two things, a letter to the endpoint and news of a mail of it.
 *
 * @param returnPath in lower case; empty for the endpoint's own addresses
 */
public record Entrance(EndpointId endpoint, String returnPath) {

    /** By the envelope recipient that brought the mail to the endpoint. */
    public static Entrance of(EndpointId endpoint, EmailAddress recipient) {
        return new Entrance(endpoint, returnPath(recipient));
    }

    /** The recipient where it is a return path, in lower case; else empty. */
    public static String returnPath(EmailAddress recipient) {
        return ReturnPaths.isReturnPath(recipient.localPart()) ? recipient.canonical() : "";
    }
}
