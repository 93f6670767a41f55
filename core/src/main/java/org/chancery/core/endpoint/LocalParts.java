package org.chancery.core.endpoint;

import java.util.Set;
import java.util.regex.Pattern;
import org.chancery.core.access.Workspace;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mail.EmailAddress;

/** Which local parts an endpoint may have: lower-case dot-atoms without the signs that carry a meaning for us. */
public final class LocalParts {

    /**
     * Names with a meaning of their own (RFC 2142, and what mail systems send from), and those that we sign.
     * Whoever had one as an endpoint could speak for the domain.
     */
    public static final Set<String> RESERVED = Set.of(
            "postmaster",
            "abuse",
            "mailer-daemon",
            "noreply",
            "no-reply",
            "bounces",
            "bounce",
            "hostmaster",
            "webmaster",
            "security",
            "root",
            "admin",
            "administrator",
            "noc",
            "usenet",
            "news",
            "uucp",
            "ftp",
            "www");

    // RFC 5322 §3.2.3 allows more signs; '+' begins a tag, '%', '!' and '/' were ways to relay.
    private static final Pattern DOT_ATOM = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    private LocalParts() {}

    /** Checks a local part that somebody wants; the workspace's slug counts towards the length. */
    public static void check(String localPart, Workspace workspace) {
        if (!DOT_ATOM.matcher(localPart).matches()) {
            throw CallerFault.invalid(
                    "/localpart",
                    "must be lower-case letters, digits, '-' and '_', in groups separated by single dots, such as sales.eu");
        }
        if (localPart.endsWith("-")) {
            // <localpart>-@<domain> is what a client assembles in a workspace without a slug.
            throw CallerFault.invalid("/localpart", "must not end with '-'");
        }
        if (RESERVED.contains(localPart)) {
            throw CallerFault.invalid("/localpart", "reserved", "'" + localPart + "' is reserved");
        }
        String address = workspace.address(localPart);
        if (address.indexOf('@') > EmailAddress.MAX_LOCAL_PART
                || EmailAddress.parse(address).isEmpty()) {
            throw CallerFault.invalid("/localpart", "is too long: " + address + " would pass the limit of 64 octets");
        }
    }
}
