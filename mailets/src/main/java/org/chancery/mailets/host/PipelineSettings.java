package org.chancery.mailets.host;

import java.time.Duration;
import java.util.List;

/**
 * How the pipeline works.
 *
 * @param workers so many mails are processed at the same time
 * @param attempts a mail that fails so often is kept for the operator
 * @param retryPauses what lies between the attempts; the last one counts for all further ones
 * @param hangsAfter a mail that takes longer counts as failed, and its worker is replaced
 */
public record PipelineSettings(
        int workers, int attempts, List<Duration> retryPauses, Duration hangsAfter, StepBack stepBack) {
    /** The first pause where a mail cannot even be kept for the operator; it doubles up to the longest. */
    private static final Duration FIRST_LONG_PAUSE = Duration.ofSeconds(30);

    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** The pauses while the database is away. */
    private static final Duration FIRST_AWAY_PAUSE = Duration.ofMillis(250);

    private static final Duration LONGEST_AWAY_PAUSE = Duration.ofSeconds(5);

    public PipelineSettings {
        retryPauses = List.copyOf(retryPauses);
        if (workers < 1) {
            throw new IllegalArgumentException("the pipeline needs a worker, yet has " + workers);
        }
        if (attempts < 1 || retryPauses.isEmpty()) {
            throw new IllegalArgumentException(
                    "a mail is tried once at least, and there is a pause between tries; attempts " + attempts);
        }
        if (!hangsAfter.isPositive()) {
            throw new IllegalArgumentException("no mail is processed in " + hangsAfter);
        }
    }

    /** The defaults for a spool that takes so many mails. */
    public static PipelineSettings forBacklogOf(long bound) {
        return new PipelineSettings(
                2,
                3,
                List.of(Duration.ofSeconds(1), Duration.ofSeconds(5)),
                Duration.ofSeconds(60),
                StepBack.forBacklogOf(bound));
    }

    /** The same with another number of workers. */
    public PipelineSettings withWorkers(int number) {
        return new PipelineSettings(number, attempts, retryPauses, hangsAfter, stepBack);
    }

    /** How long a mail waits after that attempt failed. */
    Duration pauseAfter(int attempt) {
        return retryPauses.get(Math.min(attempt, retryPauses.size()) - 1);
    }

    /** How long a mail waits that could not even be kept for the operator at that attempt. */
    Duration longPauseAfter(int attempt) {
        return doubled(FIRST_LONG_PAUSE, attempt - attempts, LONGEST_PAUSE);
    }

    /** How long a worker and its mail wait while the database is away, which was found so many times in a row. */
    static Duration awayPause(int times) {
        return doubled(FIRST_AWAY_PAUSE, times - 1, LONGEST_AWAY_PAUSE);
    }

    private static Duration doubled(Duration first, int times, Duration longest) {
        Duration pause = first.multipliedBy(1L << Math.clamp(times, 0, 20));
        return pause.compareTo(longest) > 0 ? longest : pause;
    }
}
