package org.chancery.core.attachment;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chancery.core.screening.Signal;

/** Gathers what is found; the same sign of the same file once. */
final class Findings {
    /** So many of each kind tell a person enough, and a mail with thousands of parts has no more. */
    private static final int MAX_SIGNALS = 20;

    private final List<Signal> dangers = new ArrayList<>();
    private final List<Signal> suspicions = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    void add(AttachmentSign sign, String path, String what) {
        List<Signal> kind = sign.isDanger() ? dangers : suspicions;
        if (kind.size() < MAX_SIGNALS && seen.add(sign + " " + path)) {
            kind.add(sign.signal(path + ": " + what));
        }
    }

    AttachmentFindings all() {
        return new AttachmentFindings(dangers, suspicions);
    }
}
