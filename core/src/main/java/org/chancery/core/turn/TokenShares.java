package org.chancery.core.turn;

/**
 * The tokens of one workspace for a day, and whose they are. What is shown and what is decided have shares of their own, and neither
 * is lent what the other leaves: a day's flood of newsletters, each summed up, leaves the agents their turns; and agents who talk
 * much leave people their summaries. One total, because it is what the operator pays for.
 *
 * @param perDay {@code model.tokens-per-day}
 * @param viewPercent {@code model.views-percent}: how many hundredths are for {@link Purpose#VIEW}
 */
public record TokenShares(long perDay, int viewPercent) {
    public TokenShares {
        if (perDay < 0 || viewPercent < 0 || viewPercent > 100) {
            throw new IllegalArgumentException("no shares: " + perDay + " tokens, " + viewPercent + " %");
        }
    }

    long of(Purpose purpose) {
        long views = perDay * viewPercent / 100;
        return switch (purpose) {
            case DECISION -> perDay - views;
            case VIEW -> views;
        };
    }
}
