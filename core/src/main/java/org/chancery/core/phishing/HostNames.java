package org.chancery.core.phishing;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The host names that are met in one mail, each looked at once. Used by one thread. */
final class HostNames {
    private final Map<String, HostName> met = new HashMap<>();
    private final UnaryOperator<String> organisations;

    /** @param organisations the domain that somebody registered, of one in lower case and A-labels */
    HostNames(UnaryOperator<String> organisations) {
        this.organisations = organisations;
    }

    /** @param host in lower case, Unicode or A-labels */
    HostName of(String host) {
        return met.computeIfAbsent(host, name -> new HostName(name, organisations));
    }
}
