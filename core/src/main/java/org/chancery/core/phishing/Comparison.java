package org.chancery.core.phishing;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.chancery.core.screening.Signal;

/** A mail held against what one workspace calls its own: each sign at most once, with what was found first. */
final class Comparison {
    private final Map<PhishingSign, String> found = new EnumMap<>(PhishingSign.class);
    private final HostNames hosts;
    private final OwnNames ours;

    Comparison(HostNames hosts, OwnNames ours) {
        this.hosts = hosts;
        this.ours = ours;
    }

    HostName host(String name) {
        return hosts.of(name);
    }

    HostNames hosts() {
        return hosts;
    }

    OwnNames ours() {
        return ours;
    }

    void add(PhishingSign sign, String detail) {
        found.putIfAbsent(sign, detail);
    }

    void addAll(Map<PhishingSign, String> signs) {
        signs.forEach(this::add);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Signal> signals() {
        return found.entrySet().stream()
                .map(one -> one.getKey().signal(one.getValue()))
                .toList();
    }
}
