package org.chancery.core.mail;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * Domains as people name them in lists: {@code example.com} is that domain alone, {@code *.example.com} its subdomains at any depth.
 * A domain may be written with letters of any script or as A-labels; case makes no difference.
 */
public final class DomainPatterns {
    private static final String SUBDOMAINS = "*.";

    private DomainPatterns() {}

    /** What a text says as a pattern: its canonical form, or why it cannot be one. */
    public sealed interface Reading {
        /** In lower case and as A-labels. */
        record Good(String pattern) implements Reading {}

        /** For people, about the text: "must be …". */
        record Bad(String reason) implements Reading {}
    }

    public static Reading read(String text) {
        if (text.isBlank()) {
            return new Reading.Bad("must not be empty");
        }
        if (text.length() > EmailAddress.MAX_LENGTH) {
            return new Reading.Bad("is too long for a domain");
        }
        if (text.indexOf('@') >= 0) {
            return new Reading.Bad("must be a domain such as example.com or *.example.com, and no address");
        }
        boolean subdomains = text.startsWith(SUBDOMAINS);
        Reading domain = domain(subdomains ? text.substring(SUBDOMAINS.length()) : text);
        return subdomains && domain instanceof Reading.Good good
                ? new Reading.Good(SUBDOMAINS + good.pattern())
                : domain;
    }

    /** The same without a star. */
    public static Reading domain(String text) {
        if (text.indexOf('*') >= 0) {
            return new Reading.Bad("has a star that stands for nothing: *.example.com means the subdomains,"
                    + " *@example.com the addresses of a domain");
        }
        // RFC 5894 §7.2: these four were once mapped to other letters or to none, and still are by the JDK. Somebody
        // else may own the domain that comes of it.
        if (text.chars().anyMatch(c -> c == 'ß' || c == 'ς' || c == 0x200c || c == 0x200d)) {
            return new Reading.Bad("has a letter that is read in two ways in domain names; write the domain as xn--…");
        }
        return EmailAddress.domainOf(text)
                .<Reading>map(Reading.Good::new)
                .orElseGet(() -> new Reading.Bad("has no domain name that mail can come from"));
    }

    /**
     * The pattern in a list that covers all of another: itself, or the subdomains of a domain above it.
     *
     * @param isListed whether a pattern, in canonical form, is in the list
     * @param pattern a domain or a pattern, in canonical form
     */
    public static Optional<String> covering(Predicate<String> isListed, String pattern) {
        if (isListed.test(pattern)) {
            return Optional.of(pattern);
        }
        String domain = pattern.startsWith(SUBDOMAINS) ? pattern.substring(SUBDOMAINS.length()) : pattern;
        for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
            String above = SUBDOMAINS + domain.substring(dot + 1);
            if (isListed.test(above)) {
                return Optional.of(above);
            }
        }
        return Optional.empty();
    }
}
