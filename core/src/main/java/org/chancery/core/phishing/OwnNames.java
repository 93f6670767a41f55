package org.chancery.core.phishing;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a stranger would pretend to be, to those who get the mail: their own domains and the people they work with.
 *
 * @param domains in lower case
 */
public record OwnNames(Set<String> domains, List<Person> people) {
    public static final OwnNames NONE = new OwnNames(Set.of(), List.of());

    /**
     * Somebody who works here.
     *
     * @param name as shown, such as "Ada Lovelace"
     * @param addresses theirs, canonical
     */
    public record Person(String name, Set<String> addresses) {
        public Person {
            addresses = Set.copyOf(addresses);
        }
    }

    public OwnNames {
        domains = Set.copyOf(domains);
        people = List.copyOf(people);
    }

    /** These, and further domains. */
    public OwnNames with(Set<String> further) {
        Set<String> all = new HashSet<>(domains);
        all.addAll(further);
        return new OwnNames(all, people);
    }

    boolean isOurs(String host) {
        return domains.stream().anyMatch(domain -> host.equals(domain) || host.endsWith('.' + domain));
    }
}
