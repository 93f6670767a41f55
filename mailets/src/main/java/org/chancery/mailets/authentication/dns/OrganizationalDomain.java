package org.chancery.mailets.authentication.dns;

import com.google.common.net.InternetDomainName;

/** Who a domain belongs to, by the list of public suffixes (RFC 7489 §3.2, publicsuffix.org). */
public final class OrganizationalDomain {
    private OrganizationalDomain() {}

    /**
     * The public suffix of the domain and one label more; the domain itself where it is a public suffix. The suffixes under
     * which companies let anybody register count, too: two of their customers are strangers to each other.
     *
     * @param domain in lower case, A-labels
     */
    public static String of(String domain) {
        String[] labels = domain.split("\\.", -1);
        int suffix = labelsOfSuffix(domain);
        int kept = Math.min(labels.length, suffix + 1);
        StringBuilder organization = new StringBuilder();
        for (int i = labels.length - kept; i < labels.length; i++) {
            organization.append(organization.isEmpty() ? "" : ".").append(labels[i]);
        }
        return organization.toString();
    }

    /** Whether strangers to each other register names right below the domain. */
    public static boolean isPublicSuffix(String domain) {
        return domain.split("\\.", -1).length <= labelsOfSuffix(domain);
    }

    private static int labelsOfSuffix(String domain) {
        InternetDomainName suffix = readable(domain).publicSuffix();
        // By the list's own rule "*", a top-level domain that it does not know is a public suffix.
        return suffix == null ? 1 : suffix.parts().size();
    }

    /** As much of the name as Guava takes: labels such as {@code _x} are met in names, and not in the list. */
    private static InternetDomainName readable(String domain) {
        String rest = domain;
        while (!InternetDomainName.isValid(rest)) {
            int dot = rest.indexOf('.');
            if (dot < 0) {
                return InternetDomainName.from("invalid");
            }
            rest = rest.substring(dot + 1);
        }
        return InternetDomainName.from(rest);
    }
}
