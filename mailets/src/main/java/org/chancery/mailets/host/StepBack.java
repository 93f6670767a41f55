package org.chancery.mailets.host;

import java.time.Duration;

/**
 * When workers step back, so that accepting mail has the machine's power while much streams in: what is accepted is durable and
 * can wait. They never stop, and step back less the more mail waits. What a worker can process as it comes is not delayed.
 *
 * @param arrivalsPerSecond they step back only while more mail than this arrives; 0 switches it off
 * @param load and only while processing what arrives would take more than this, in workers: 0.5 is half the time of one
 * @param share of its time that a worker works while nothing waits, above 0 and up to 1
 * @param backlog so much waiting mail makes them work all the time; half of what the spool takes is a good value
 * @param longest a worker rests at most so long between two mails
 */
public record StepBack(int arrivalsPerSecond, double load, double share, long backlog, Duration longest) {
    public StepBack {
        if (arrivalsPerSecond < 0 || load < 0 || share <= 0 || share > 1 || backlog < 1 || longest.isNegative()) {
            throw new IllegalArgumentException("step back: arrivals per second " + arrivalsPerSecond + ", load " + load
                    + ", share " + share + ", backlog " + backlog + ", longest " + longest);
        }
    }

    /** The defaults for a spool that takes so many mails. */
    public static StepBack forBacklogOf(long bound) {
        return new StepBack(40, 1, 0.05, Math.max(1, bound / 2), Duration.ofMillis(200));
    }

    /**
     * How long a worker rests now.
     *
     * @param busy what the mail took that it just processed
     * @param arrivals mails accepted in the last second
     * @param waiting mails that wait or are in the pipeline
     */
    public Duration rest(Duration busy, int arrivals, long waiting) {
        boolean streamsIn = arrivals > arrivalsPerSecond && arrivals * busy.toNanos() / 1e9 > load;
        if (arrivalsPerSecond == 0 || !streamsIn || waiting >= backlog) {
            return Duration.ZERO;
        }
        // Squared: a first thousand that waits is no reason to hurry yet.
        double filled = (double) waiting / backlog;
        double working = share + (1 - share) * filled * filled;
        Duration rest = Duration.ofNanos((long) (busy.toNanos() * (1 / working - 1)));
        return rest.compareTo(longest) > 0 ? longest : rest;
    }
}
