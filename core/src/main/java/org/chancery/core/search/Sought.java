package org.chancery.core.search;

import java.time.Instant;
import java.util.Set;
import org.chancery.core.id.LabelId;
import org.jspecify.annotations.Nullable;

/**
 * What a list of mail is narrowed to beside its filter.
 *
 * @param terms all of which the mail has; none means any mail
 * @param labels all of which it has; none means any mail
 * @param until only mail before that time; null means any
 */
public record Sought(
        Set<Term> terms, Set<LabelId> labels, @Nullable Instant until) {
    public Sought {
        terms = Set.copyOf(terms);
        labels = Set.copyOf(labels);
    }
}
