package org.chancery.core.access;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.screening.SenderPatterns;
import org.chancery.core.screening.SenderPolicy;

/**
 * Domains that an approval rule names, spelled as in an endpoint's allowlist: {@code example.com} is that domain alone,
 * {@code *.example.com} its subdomains at any depth.
 *
 * @param patterns in lower case and as A-labels, in the order given
 */
public record RecipientDomains(Set<String> patterns) {
    /** In one condition; a list that is longer is a directory. */
    public static final int MAX_PATTERNS = 100;

    private static final String SUBDOMAINS = "*.";

    public RecipientDomains {
        patterns = Collections.unmodifiableSet(new LinkedHashSet<>(patterns));
    }

    /**
     * Reads the patterns.
     *
     * @param pointer of the list, for what is wrong in it
     */
    static RecipientDomains read(List<?> texts, String pointer) {
        if (texts.isEmpty() || texts.size() > MAX_PATTERNS) {
            throw CallerFault.invalid(pointer, "must have 1 to " + MAX_PATTERNS + " elements");
        }
        List<String> given = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            if (!(texts.get(i) instanceof String text)) {
                throw CallerFault.invalid(pointer + '/' + i, "must be a text");
            }
            given.add(text);
        }
        SenderPatterns.check(SenderPolicy.DOMAIN_ALLOWLIST, given).ifPresent(wrong -> {
            throw CallerFault.invalid(pointer + '/' + wrong.index(), wrong.reason());
        });
        Set<String> canonical = new LinkedHashSet<>();
        given.forEach(pattern -> canonical.add(canonical(pattern)));
        return new RecipientDomains(canonical);
    }

    private static String canonical(String pattern) {
        return pattern.startsWith(SUBDOMAINS)
                ? SUBDOMAINS + domain(pattern.substring(SUBDOMAINS.length()))
                : domain(pattern);
    }

    private static String domain(String text) {
        return EmailAddress.domainOf(text).orElseThrow();
    }

    /** Whether the address is at one of them. */
    public boolean contains(EmailAddress address) {
        return includes(address.domain());
    }

    /** Whether every domain of the others is one of these, too. */
    public boolean containsAll(RecipientDomains others) {
        return others.patterns.stream().allMatch(this::includes);
    }

    /** @param pattern a domain, or the subdomains of one */
    private boolean includes(String pattern) {
        if (patterns.contains(pattern)) {
            return true;
        }
        String domain = pattern.startsWith(SUBDOMAINS) ? pattern.substring(SUBDOMAINS.length()) : pattern;
        for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
            if (patterns.contains(SUBDOMAINS + domain.substring(dot + 1))) {
                return true;
            }
        }
        return false;
    }
}
