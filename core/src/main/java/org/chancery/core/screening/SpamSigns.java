package org.chancery.core.screening;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Everything that the built-in scorer finds in a mail itself. Pure; reads each text once, to a bounded length. */
final class SpamSigns {
    /** Signs of ours that the inspection of the content looks for as well, and what it calls them. */
    private static final Map<String, String> INSPECTED_TOO = Map.of(SpamSign.SHORTENED_LINKS.text(), "shortened_link");

    private SpamSigns() {}

    /** What the mail shows to all its recipients alike. */
    static List<Signal> find(SpamFacts facts) {
        List<Signal> found = new ArrayList<>();
        found.addAll(HeaderSigns.find(facts));
        if (!facts.arrival().isLocal()) {
            found.addAll(AuthenticationSigns.find(facts.authentication()));
        }
        found.addAll(ContentSigns.find(facts.header().subject(), facts.content()));
        return found;
    }

    /** The same beside what the inspection of the content found for one of them; what both found counts once. */
    static List<Signal> beside(List<Signal> own, ContentFindings findings) {
        List<Signal> found = new ArrayList<>(own);
        List<Signal> inspected = findings.weighing();
        found.removeIf(one -> inspected.stream().anyMatch(other -> isTheSame(one, other)));
        found.addAll(inspected);
        return found;
    }

    /** Whether what the inspection of the content found is what the scorer found as well. */
    private static boolean isTheSame(Signal own, Signal inspected) {
        return inspected.name().equals(own.name()) || inspected.name().equals(INSPECTED_TOO.get(own.name()));
    }
}
