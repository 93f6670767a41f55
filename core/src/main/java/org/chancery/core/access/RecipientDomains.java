package org.chancery.core.access;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mail.DomainPatterns;
import org.chancery.core.mail.EmailAddress;

/**
 * Domains that an approval rule names, spelled as in an endpoint's allowlist: {@code example.com} is that domain alone,
 * {@code *.example.com} its subdomains at any depth.
 *
 * @param patterns in lower case and as A-labels, in the order given
 */
public record RecipientDomains(Set<String> patterns) {
    /** In one condition; a list that is longer is a directory. */
    public static final int MAX_PATTERNS = 100;

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
        Set<String> canonical = new LinkedHashSet<>();
        for (int i = 0; i < texts.size(); i++) {
            String place = pointer + '/' + i;
            if (!(texts.get(i) instanceof String text)) {
                throw CallerFault.invalid(place, "must be a text");
            }
            canonical.add(
                    switch (DomainPatterns.read(text)) {
                        case DomainPatterns.Reading.Good good -> good.pattern();
                        case DomainPatterns.Reading.Bad bad -> throw CallerFault.invalid(place, bad.reason());
                    });
        }
        return new RecipientDomains(canonical);
    }

    /** Whether the address is at one of them. */
    public boolean contains(EmailAddress address) {
        return includes(address.domain());
    }

    /** Whether every domain of the others is one of these, too. */
    public boolean containsAll(RecipientDomains others) {
        return others.patterns.stream().allMatch(this::includes);
    }

    private boolean includes(String pattern) {
        return DomainPatterns.covering(patterns::contains, pattern).isPresent();
    }
}
