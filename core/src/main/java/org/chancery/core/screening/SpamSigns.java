package org.chancery.core.screening;

import java.util.ArrayList;
import java.util.List;

/** Everything that the built-in scorer finds in a mail itself. Pure; reads each text once, to a bounded length. */
final class SpamSigns {
    private SpamSigns() {}

    /** What the mail shows to all its recipients alike. */
    static List<Signal> find(SpamFacts facts) {
        List<Signal> found = new ArrayList<>();
        found.addAll(HeaderSigns.find(facts));
        found.addAll(AuthenticationSigns.find(facts.authentication()));
        found.addAll(ContentSigns.find(facts.header().subject(), facts.content()));
        found.addAll(facts.findings().weighing());
        return found;
    }
}
