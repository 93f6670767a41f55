package org.chancery.core.endpoint;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.chancery.core.access.Workspace;
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
            "donotreply",
            "do-not-reply",
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

    /** Why a local part cannot be used; the code is part of the API, the message is for people. */
    public record Wrong(String code, String message) {}

    /**
     * What is wrong with a local part that somebody wants; empty where nothing is. The workspace's slug counts: what is
     * judged is the address that results, too.
     *
     * @param all all workspaces: those that share the domain have a say
     */
    public static Optional<Wrong> wrong(String localPart, Workspace workspace, List<Workspace> all) {
        if (!DOT_ATOM.matcher(localPart).matches()) {
            return invalid(
                    "must be lower-case letters, digits, '-' and '_', in groups separated by single dots, such as sales.eu");
        }
        if (localPart.endsWith("-")) {
            // <localpart>-@<domain> is what a client assembles in a workspace without a slug.
            return invalid("must not end with '-'");
        }
        if (RESERVED.contains(localPart)) {
            return reserved(localPart);
        }
        String address = workspace.address(localPart);
        if (address.indexOf('@') > EmailAddress.MAX_LOCAL_PART
                || EmailAddress.parse(address).isEmpty()) {
            return invalid("is too long: " + address + " would pass the limit of 64 octets");
        }
        String local = address.substring(0, address.indexOf('@'));
        if (RESERVED.contains(local)) {
            // 'no' in the workspace 'reply' is no-reply@.
            return reserved(local);
        }
        if (owner(local, workspace.domain(), all).filter(workspace::equals).isEmpty()) {
            return invalid("must not end like the addresses of another workspace that shares the domain");
        }
        return Optional.empty();
    }

    private static Optional<Wrong> reserved(String name) {
        return Optional.of(new Wrong("reserved", "'" + name + "' is reserved"));
    }

    private static Optional<Wrong> invalid(String message) {
        return Optional.of(new Wrong("invalid", message));
    }

    /**
     * The workspace whose addresses end like that, of several the one with the longest slug, so that no other one can have
     * an address which reads as if it were of this one; else the one that owns the domain whole.
     *
     * @param local the whole local part, slug included
     */
    static Optional<Workspace> owner(String local, String domain, List<Workspace> all) {
        return all.stream()
                .filter(workspace -> workspace.domain().equals(domain))
                .filter(workspace -> workspace.slug().isEmpty()
                        || (local.endsWith('-' + workspace.slug())
                                && local.length() > workspace.slug().length() + 1))
                .max(Comparator.comparingInt(workspace -> workspace.slug().length()));
    }
}
