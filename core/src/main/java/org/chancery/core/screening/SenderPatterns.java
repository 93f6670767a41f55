package org.chancery.core.screening;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.mail.DomainPatterns;
import org.chancery.core.mail.EmailAddress;

/**
 * The allowlist of an endpoint. What it can say:
 *
 * <table>
 * <caption>Patterns</caption>
 * <tr><th>policy</th><th>pattern</th><th>allows</th></tr>
 * <tr><td>{@code domain_allowlist}</td><td>{@code example.com}</td><td>that domain, not its subdomains</td></tr>
 * <tr><td></td><td>{@code *.example.com}</td><td>its subdomains at any depth, not itself</td></tr>
 * <tr><td>{@code addr_allowlist}</td><td>{@code ana@example.com}</td><td>that address</td></tr>
 * <tr><td></td><td>{@code *@example.com}</td><td>every address of that domain, not of its subdomains</td></tr>
 * </table>
 *
 * <p>A domain may be written with letters of any script or as A-labels; case makes no difference. A tag is part of the
 * address: {@code ana+news@example.com} is another sender than {@code ana@example.com}, because only their own server
 * knows whether both are one person (RFC 5233 §1). A local part in quotes is the one that it quotes (RFC 5321 §4.1.2), and
 * a star in quotes is a star.
 */
public final class SenderPatterns {
    /** An allowlist that is longer is a directory, and nobody looks through it any more. */
    public static final int MAX_PATTERNS = 1_000;

    /** The longest address, and a little for what a client may add by mistake and is told about. */
    private static final int MAX_PATTERN = EmailAddress.MAX_LENGTH + 2;

    private static final String WHOLE_DOMAIN = "*@";

    /**
     * Why a pattern cannot be used.
     *
     * @param index its place in the list, from 0
     * @param reason for people, about the pattern: "must be …"
     */
    public record Wrong(int index, String reason) {}

    /** What is allowed, in canonical form, and the pattern as written. */
    private final Map<String, String> patterns = new HashMap<>();

    private SenderPatterns() {}

    /** The first pattern that the policy cannot use; empty where all are good. */
    public static Optional<Wrong> check(SenderPolicy policy, List<String> patterns) {
        for (int i = 0; i < patterns.size(); i++) {
            if (read(policy, i, patterns.get(i)) instanceof Reading.Bad bad) {
                return Optional.of(new Wrong(i, bad.reason()));
            }
        }
        return Optional.empty();
    }

    /** The allowlist; patterns that {@link #check} would name allow nobody. */
    public static SenderPatterns of(SenderPolicy policy, List<String> patterns) {
        SenderPatterns list = new SenderPatterns();
        for (int i = 0; i < patterns.size(); i++) {
            if (read(policy, i, patterns.get(i)) instanceof Reading.Good good) {
                list.patterns.putIfAbsent(good.key(), patterns.get(i));
            }
        }
        return list;
    }

    /**
     * The pattern that allows this sender, as it was written. Only the address is looked at; whether the mail is really from
     * there has to be known before.
     */
    public Optional<String> allowing(EmailAddress sender) {
        String address = patterns.get(key(sender));
        if (address != null) {
            return Optional.of(address);
        }
        return DomainPatterns.covering(patterns::containsKey, sender.domain()).map(patterns::get);
    }

    /** What a text says as a pattern: the key under which a sender finds it, or why it cannot be one. */
    private sealed interface Reading {
        record Good(String key) implements Reading {}

        record Bad(String reason) implements Reading {}
    }

    private static Reading read(SenderPolicy policy, int index, String pattern) {
        if (index >= MAX_PATTERNS) {
            return new Reading.Bad("is one too many: at most " + MAX_PATTERNS + " are allowed");
        }
        if (pattern.isBlank()) {
            return new Reading.Bad("must not be empty");
        }
        if (pattern.length() > MAX_PATTERN) {
            return new Reading.Bad("is too long for an address or a domain");
        }
        return switch (policy) {
            case DOMAIN_ALLOWLIST -> domainPattern(pattern);
            case ADDR_ALLOWLIST -> addressPattern(pattern);
            case ANYONE, BOUND_USERS_ONLY ->
                new Reading.Bad("has no effect under sender_policy " + policy.text()
                        + "; patterns belong to domain_allowlist and addr_allowlist");
        };
    }

    private static Reading domainPattern(String pattern) {
        if (pattern.indexOf('@') >= 0) {
            return new Reading.Bad(
                    "must be a domain such as example.com or *.example.com;" + " addresses belong to addr_allowlist");
        }
        return reading(DomainPatterns.read(pattern));
    }

    private static Reading addressPattern(String pattern) {
        if (pattern.startsWith(WHOLE_DOMAIN)) {
            return reading(DomainPatterns.domain(pattern.substring(WHOLE_DOMAIN.length())));
        }
        int at = pattern.lastIndexOf('@');
        if (at < 0) {
            return new Reading.Bad("must be an address such as ana@example.com or *@example.com;"
                    + " domains belong to domain_allowlist");
        }
        if (DomainPatterns.domain(pattern.substring(at + 1)) instanceof DomainPatterns.Reading.Bad bad) {
            return new Reading.Bad(bad.reason());
        }
        if (!pattern.startsWith("\"") && pattern.indexOf('*') >= 0) {
            return new Reading.Bad("must have its star in place of the whole local part, as in *@example.com");
        }
        return EmailAddress.parse(pattern)
                .<Reading>map(address -> new Reading.Good(key(address)))
                .orElseGet(() -> new Reading.Bad("must be an address such as ana@example.com or *@example.com"));
    }

    private static Reading reading(DomainPatterns.Reading domain) {
        return switch (domain) {
            case DomainPatterns.Reading.Good good -> new Reading.Good(good.pattern());
            case DomainPatterns.Reading.Bad bad -> new Reading.Bad(bad.reason());
        };
    }

    /** An address as it is compared: one spelling for all that name the same mailbox. */
    private static String key(EmailAddress address) {
        String local = address.localPart();
        if (local.startsWith("\"")) {
            local = unquoted(local);
        }
        String lower = local.toLowerCase(Locale.ROOT);
        // The Kelvin sign becomes a k in lower case; a stranger's local part must not turn into an ASCII one.
        boolean turnedAscii = isAscii(lower) && !isAscii(local);
        return (turnedAscii ? local : lower) + '@' + address.domain();
    }

    // RFC 5321 §4.1.2: the quotes and backslashes are a way to write the local part and no part of it.
    private static String unquoted(String local) {
        StringBuilder content = new StringBuilder(local.length());
        for (int i = 1; i < local.length() - 1; i++) {
            char c = local.charAt(i);
            content.append(c == '\\' ? local.charAt(++i) : c);
        }
        return content.toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }
}
