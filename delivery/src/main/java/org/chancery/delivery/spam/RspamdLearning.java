package org.chancery.delivery.spam;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.screening.FailedOnMail;
import org.chancery.core.screening.RawMail;
import org.chancery.core.screening.SpamLearning;
import org.chancery.delivery.spam.RspamdClient.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Rspamd what people decided, one mail after the other in the background. Rspamd knows no workspaces: what is told here is learned
 * for the whole server. It takes no lesson back, but learns the other one over it.
 */
public final class RspamdLearning implements SpamLearning, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RspamdLearning.class);

    /** Lessons waiting; more are left out, and people are faster than no computer. */
    private static final int WAITING = 200;

    /** What waits at a stop may still be told. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    /** What Rspamd says of a mail that it has learned before, with status 208 or 404. */
    private static final String ALREADY_LEARNED = "already learned";

    private final RspamdConfig.Learning config;
    private final RspamdClient client;
    private final AtomicLong failures = new AtomicLong();
    private final ExecutorService teacher = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("rspamd-learning").daemon().factory());

    public RspamdLearning(RspamdConfig.Learning config, Duration timeout) {
        this.config = config;
        this.client = new RspamdClient(timeout);
    }

    @Override
    public void learn(WorkspaceId workspace, SpoolId mail, Lesson lesson, RawMail raw) {
        try {
            teacher.execute(() -> tell(mail, lesson, raw));
        } catch (RejectedExecutionException busy) {
            failures.incrementAndGet();
            LOG.warn("{} was not told to Rspamd: too many lessons wait", mail);
        }
    }

    @Override
    public void forget(WorkspaceId workspace, SpoolId mail) {
        // Rspamd has no command for it.
    }

    /** How many lessons did not get through. */
    public long failures() {
        return failures.get();
    }

    private void tell(SpoolId mail, Lesson lesson, RawMail raw) {
        URI at = RspamdScorer.endpoint(config.controller(), lesson == Lesson.SPAM ? "/learnspam" : "/learnham");
        try {
            Answer answer = client.post(at, 0, raw, fields -> {
                fields.accept("Queue-Id", mail.text());
                if (!config.password().isEmpty()) {
                    fields.accept("Password", config.password());
                }
            });
            if (answer.status() != 200 && !text(answer).contains(ALREADY_LEARNED)) {
                throw new FailedOnMail("status " + answer.status(), null);
            }
        } catch (RuntimeException e) {
            failures.incrementAndGet();
            LOG.warn("{} was not learned by Rspamd: {}", mail, e.getMessage());
        }
    }

    private static String text(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        teacher.shutdown();
        try {
            if (!teacher.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                teacher.shutdownNow();
            }
        } catch (InterruptedException hurry) {
            teacher.shutdownNow();
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
