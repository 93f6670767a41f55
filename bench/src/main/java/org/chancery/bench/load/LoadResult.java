package org.chancery.bench.load;

import java.time.Duration;
import java.util.Optional;

/**
 * How a load went.
 *
 * @param accepted mails that got their final 250
 * @param failed mails that did not
 * @param elapsed from the first mail's begin to the last one's end
 * @param latencies time of each accepted mail, from MAIL FROM to its final 250
 * @param firstFailure what the first one that failed was told
 */
public record LoadResult(
        int accepted, int failed, Duration elapsed, Latencies latencies, Optional<String> firstFailure) {

    public double perSecond() {
        return accepted * 1e9 / elapsed.toNanos();
    }
}
